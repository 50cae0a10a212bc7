import type { CommandArguments } from './tree/commandTarget.js';
import type { Report } from './report.js';

/** What a command does, by its name without `distillery.`. */
export type CommandTable = Readonly<Record<string, (args: CommandArguments) => Promise<void> | void>>;

/**
 * Executes commands so that whatever goes wrong in one of them reaches the person.
 * @param declared the commands of package.json, which must be those of the table
 */
export function executor(
  table: CommandTable,
  { report, declared }: { report: Report; declared: readonly string[] },
): (name: string, args: CommandArguments) => Promise<void> {
  const commands = new Map(Object.entries(table).map(([name, act]) => [`distillery.${name}`, act]));
  const strangers = [
    ...declared.filter((name) => !commands.has(name)),
    ...[...commands.keys()].filter((name) => !declared.includes(name)),
  ];
  if (strangers.length > 0)
    throw new Error(`declared and not there, or there and not declared: ${strangers.join(', ')}`);
  return async (name, args) => {
    try {
      await commands.get(name)?.(args);
    } catch (error) {
      report.show(error);
    }
  };
}
