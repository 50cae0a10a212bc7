import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Places } from '../../src/machine/cards.js';

/** A machine that is not there: a script in place of `nvidia-smi`, and a copy of Linux's files about cards. */
export async function fakeMachine(
  folder: string,
  { nvidia = [], drm = {} }: { nvidia?: readonly string[]; drm?: Readonly<Record<string, string>> },
): Promise<Places> {
  const places = { nvidiaSmi: join(folder, 'nvidia-smi'), drm: join(folder, 'drm') };
  for (const [path, text] of Object.entries(drm)) {
    const file = join(places.drm, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${text}\n`);
  }
  if (nvidia.length > 0) {
    // Each line is a card: `field=value; …`. The fields are asked for by name, as of the real command.
    const script = `#!${process.execPath}
const cards = ${JSON.stringify(nvidia)}.map((line) => new Map(line.split('; ').map((field) => field.split('='))));
const fields = process.argv.find((word) => word.startsWith('--query-gpu=')).slice('--query-gpu='.length).split(',');
for (const card of cards) console.log(fields.map((field) => card.get(field) ?? '[N/A]').join(', '));
`;
    await writeFile(places.nvidiaSmi, script);
    await chmod(places.nvidiaSmi, 0o755);
  }
  return places;
}

export const geforce = (index: number): string =>
  `index=${index}; name=NVIDIA GeForce RTX 4090; driver_version=550.54; utilization.gpu=87; memory.used=2048; memory.total=24564; temperature.gpu=61; power.draw=301.25`;

export const radeon: Readonly<Record<string, string>> = {
  'card0/device/vendor': '0x1002',
  'card0/device/gpu_busy_percent': '42',
  'card0/device/mem_info_vram_used': '1073741824',
  'card0/device/mem_info_vram_total': '17163091968',
  'card0/device/hwmon/hwmon3/temp1_input': '55000',
  'card0/device/hwmon/hwmon3/power1_average': '180000000',
};
