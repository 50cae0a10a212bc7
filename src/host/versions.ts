import * as z from 'zod';

const packageSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** What a run's record says of the software that trains it. @param manifest the extension's package.json */
export function versionsOf(manifest: unknown): Record<string, string> {
  const { version, dependencies } = packageSchema.parse(manifest);
  const engines = Object.entries(dependencies).filter(([name]) => /^onnxruntime|^@tensorflow/.test(name));
  return { distillery: version, node: process.versions.node, ...Object.fromEntries(engines) };
}
