import { chmodSync, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mustBeReadable, mustBeSound, mustGoOn, read } from '../checks.js';
import type { Kind } from '../kind.js';
import type { CommandOptions, Trial } from '../trial.js';
import { cannot, inNamespaces, tool } from '../system.js';
import { experimentName, runsOf, sleep } from '../world.js';

const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

const cannotBeNobody = (): string | null => cannot([...nobody, process.execPath, '--check', 'dist/cli.js']);

/** The workspace belongs to somebody without the superuser's rights, who is also the one that acts. */
function asNobody(trial: Trial): CommandOptions {
  tool(['chown', '-R', '65534:65534', trial.space]);
  for (const folder of [trial.folder, trial.world.root]) chmodSync(folder, 0o755);
  return { within: nobody };
}

export const lostPermission: Kind = {
  name: 'permission lost on a file or folder, before or during',
  short: 0,
  unavailable: cannotBeNobody,
  attempt: async (trial) => {
    const { dice } = trial;
    const template = dice.pick(['killed', 'stopped', 'teacher'] as const);
    trial.place(template);
    const as = asNobody(trial);
    const folder = trial.run(template === 'teacher' || dice.percent(30) ? 'teacher' : 'student');
    const ours = dirname(runsOf(trial.space));
    const places = [
      ...['', 'log.jsonl', 'run.json', 'checkpoint.safetensors', 'trainer.log', 'logits'].map((name) =>
        join(folder, name),
      ),
      ...[runsOf(trial.space), join(ours, 'cache'), ours, trial.space],
    ];
    const place = dice.pick(places.filter((path) => existsSync(path)));
    const before = statSync(place).mode;
    const mode = dice.pick([0o000, 0o444, 0o555]);
    const first = dice.percent(50) ? trial.start(['run', experimentName], as) : null;
    if (first !== null) await sleep(1000 * dice.between(0.2, 0.6 * trial.world.seconds.run));
    chmodSync(place, mode);
    trial.note(`${place} has mode ${mode.toString(8)}`);
    if (first !== null) mustBeSound(await first.answer);
    for (const words of [['list'], ['list', '--json'], ['show', trial.dice.pick(['latest', folder])]])
      await read(trial, words, as);
    mustBeSound(await trial.command(['run', experimentName], as));
    chmodSync(place, before);
    trial.note('the permission is back');
    await mustBeReadable(trial, { compared: false });
    await mustGoOn(trial, {}, as);
  },
};

/** A disk that can only be read, as the system leaves one after an error: runs are shown, and nothing begins. */
export const readOnlyDisk: Kind = {
  name: 'workspace read-only',
  short: 0,
  unavailable: () => cannot(['unshare', '--mount', '--', 'mount', '--bind', '-o', 'ro', '/tmp', '/mnt']),
  attempt: async (trial) => {
    trial.place(trial.dice.pick(['killed', 'stopped']));
    const script = `mount --bind "${trial.space}" "${trial.space}" && mount -o remount,ro,bind "${trial.space}" && cd "${trial.space}" && exec "$@"`;
    const within = [...inNamespaces('--mount'), 'sh', '-c', script, 'sh'];
    for (const words of [['list'], ['show', trial.run('student')]]) await read(trial, words, { within });
    mustBeSound(
      await trial.command(
        trial.dice.pick([
          ['resume', trial.run('student')],
          ['run', experimentName],
        ]),
        { within },
      ),
    );
    await mustBeReadable(trial, { compared: false });
    await mustGoOn(trial);
  },
};
