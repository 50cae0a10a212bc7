import { spawnSync } from 'node:child_process';

/** A Python that has some modules; null where there is none. */
export function pythonWith(modules: string): string | null {
  const found = ['/usr/bin/python3', 'python3'].find(
    (each) => spawnSync(each, ['-c', `import ${modules}`]).status === 0,
  );
  return found ?? null;
}

/** Python: safetensors for torch, `read(path)` and `write(path, state)`, without the library of that name. */
export const torchFiles = `
import json, struct, torch
types = {"F32": torch.float32, "I64": torch.int64}
def read(path):
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    def tensor(about):
        begin, end = (8 + size + at for at in about["data_offsets"])
        return torch.frombuffer(bytearray(raw[begin:end]), dtype=types[about["dtype"]]).view(about["shape"])
    return {name: tensor(about) for name, about in json.loads(raw[8:8 + size]).items() if name != "__metadata__"}
def write(path, state):
    header, parts, end = {}, [], 0
    for name, value in state.items():
        parts.append(value.contiguous().numpy().tobytes())
        dtype = next(key for key, each in types.items() if each == value.dtype)
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [end, end + len(parts[-1])]}
        end += len(parts[-1])
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(parts)
`;
