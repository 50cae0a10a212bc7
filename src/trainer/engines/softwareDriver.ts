import { readdir, readFile } from 'node:fs/promises';

/** Vulkan drivers that compute on the CPU, by the names of their libraries. */
const softwareDrivers: Readonly<Record<string, string>> = {
  libvk_swiftshader: 'SwiftShader, a Vulkan driver that computes on the CPU',
  libvulkan_lvp: 'llvmpipe, a Vulkan driver that computes on the CPU',
};

/**
 * What WebGPU computes with where that is no card. ONNX Runtime does not tell which adapter it took; but Dawn takes a
 * CPU only where there is nothing else, and which drivers were loaded Linux tells.
 * @returns null for a real card
 */
export async function softwareDriver(): Promise<string | null> {
  const maps = await readFile('/proc/self/maps', 'utf8').catch(() => '');
  const loaded = Object.entries(softwareDrivers).find(([library]) => maps.includes(library));
  if (loaded === undefined) return null;
  const [devices, nodes] = await Promise.all([namesIn('/dev'), namesIn('/dev/dri')]);
  const card =
    devices.includes('nvidia0') || devices.includes('dxg') || nodes.some((name) => name.startsWith('renderD'));
  const others = /libvulkan_(?!lvp)\w+\.so|libGLX_nvidia|libnvidia-vulkan/.test(maps);
  return card && others ? null : loaded[1];
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch((): string[] => []);
