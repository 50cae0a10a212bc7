import * as z from 'zod';

const packageSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** Distillery's own package.json, as far as it is asked for. */
export type OwnPackage = z.output<typeof packageSchema>;

/** @param manifest what package.json holds @throws ZodError where it is none */
export function parseOwnPackage(manifest: unknown): OwnPackage {
  return packageSchema.parse(manifest);
}

/** What a run's record says of the software that trains it. */
export function versionsOf({ version, dependencies }: OwnPackage): Record<string, string> {
  const engines = Object.entries(dependencies).filter(([name]) => /^onnxruntime|^@tensorflow/.test(name));
  return { distillery: version, node: process.versions.node, ...Object.fromEntries(engines) };
}
