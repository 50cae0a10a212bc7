import { closeSync, openSync, readSync } from 'node:fs';

/** Hands on what is appended to a file, from its beginning, until it is ended; then what is left. */
export function followFile(file: string, onText: (text: string) => void): { end: () => void } {
  const descriptor = openSync(file, 'a+');
  const decoder = new TextDecoder();
  const bytes = Buffer.alloc(65_536);
  let position = 0;
  const read = () => {
    for (;;) {
      const count = readSync(descriptor, bytes, 0, bytes.length, position);
      if (count === 0) return;
      position += count;
      onText(decoder.decode(bytes.subarray(0, count), { stream: true }));
    }
  };
  const timer = setInterval(read, 100);
  return {
    end: () => {
      clearInterval(timer);
      read();
      closeSync(descriptor);
    },
  };
}
