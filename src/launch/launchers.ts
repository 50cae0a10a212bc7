import { ProblemError } from '../core/problem.js';
import { oneOfWords, quoted } from '../core/spec/settings/allowed.js';
import type { Launcher, LauncherSetup } from './launcher.js';
import { LocalProcessLauncher } from './localProcess.js';

/** How trainers can be started, by name. A new way is a class that implements `Launcher`, and its line here. */
const launchers: Readonly<Record<string, (setup: LauncherSetup) => Launcher>> = {
  local: (setup) => new LocalProcessLauncher(setup),
};

/** The environment variable that names the launcher. It is the machine's matter, and no part of a run. */
const variable = 'DISTILLERY_LAUNCHER';

/**
 * The launcher that the environment names; `local`, processes of this machine, where it names none.
 * @throws ProblemError `unknown-launcher`
 */
export function launcherFor(
  setup: LauncherSetup,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Launcher {
  const asked = environment[variable]?.trim() ?? '';
  const name = asked === '' ? 'local' : asked;
  const launcher = Object.hasOwn(launchers, name) ? launchers[name] : undefined;
  if (launcher !== undefined) return launcher(setup);
  throw new ProblemError({
    code: 'unknown-launcher',
    message: `No launcher is called ${quoted(name)}, which ${variable} names.`,
    fix: `Set ${variable} to ${oneOfWords(Object.keys(launchers).map(quoted))}, or leave it out for trainers on this machine.`,
  });
}
