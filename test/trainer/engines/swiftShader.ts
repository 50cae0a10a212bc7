import { existsSync } from 'node:fs';

/** Where Chromium's packages keep the description of SwiftShader, a Vulkan driver that computes on the CPU. */
const places = [
  '/usr/lib/chromium',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/** The file that makes Vulkan use SwiftShader (`VK_ICD_FILENAMES`); null where Chromium is not installed. */
export function swiftShaderFile(): string | null {
  return places.map((folder) => `${folder}/vk_swiftshader_icd.json`).find((file) => existsSync(file)) ?? null;
}

export const missingSwiftShader = 'there is no Vulkan driver: install Debian’s package chromium, which has SwiftShader';
