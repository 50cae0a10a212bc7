import { isJsonObject } from '../core/json.js';

/** The commands that a package.json declares: `distillery.runExperiment` … */
export function declaredCommands(manifest: unknown): string[] {
  const { contributes } = isJsonObject(manifest) ? manifest : {};
  const { commands } = isJsonObject(contributes) ? contributes : {};
  return (Array.isArray(commands) ? commands : []).flatMap((each: unknown) =>
    isJsonObject(each) && typeof each.command === 'string' ? [each.command] : [],
  );
}
