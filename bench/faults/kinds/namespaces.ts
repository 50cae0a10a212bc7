import { entriesOf } from '../bits.js';
import { listed, mustBeReadable, mustBeSound, mustGoOn } from '../checks.js';
import type { Kind } from '../kind.js';
import { must, type Trial } from '../trial.js';
import { cannot, inNamespaces, tool } from '../system.js';
import { runOf, sleep } from '../world.js';
import { logOf, mustHaveKept } from './killed.js';

const otherProcesses = inNamespaces('--pid', '--fork', '--mount-proc');
const otherHost = inNamespaces('--uts');

const starts = (trial: Trial): number =>
  entriesOf(logOf(trial).toString('utf8')).filter(({ type }) => type === 'started').length;

/** A trainer elsewhere, put to sleep in the middle, is not declared dead by somebody who cannot see it. */
async function secondFromElsewhere(
  trial: Trial,
  { first, second, between }: { first: string[]; second: string[]; between: (pid: number) => void },
): Promise<void> {
  trial.place(trial.dice.pick(['killed', 'stopped']));
  const folder = trial.run('student');
  const begun = starts(trial);
  const trainer = trial.start([folder], { script: 'trainer.js', within: first });
  while (starts(trial) === begun && trainer.child.exitCode === null) await sleep(2);
  const pids = trial.trainers();
  for (const pid of pids) trial.signal(pid, 'SIGSTOP');
  for (const pid of pids) between(pid);
  const before = logOf(trial);
  const student = (await listed(trial, { within: second })).find(({ path }) => path === runOf(trial.space, 'student'));
  const isOver = student?.['state'] === 'finished';
  must(
    isOver || pids.length === 0 || student?.['state'] === 'running',
    `it is called ${String(student?.['state'])} while it is trained`,
  );
  const other = await trial.command(['resume', folder], { within: second });
  mustBeSound(other);
  must(isOver || other.code !== 0, 'a second trainer was let in');
  for (const pid of pids) trial.signal(pid, 'SIGCONT');
  mustBeSound(await trainer.answer);
  must(starts(trial) - begun === 1, `${(starts(trial) - begun).toString()} trainers began`);
  mustHaveKept(trial, before);
  await mustBeReadable(trial, { compared: false });
  await mustGoOn(trial);
}

export const otherContainer: Kind = {
  name: 'second trainer from another process namespace',
  short: 1,
  unavailable: () => cannot([...otherProcesses, 'true']),
  attempt: (trial) => {
    const places = [
      { first: otherProcesses, second: [] },
      { first: [], second: otherProcesses },
      { first: otherProcesses, second: otherProcesses },
    ];
    return secondFromElsewhere(trial, { ...trial.dice.pick(places), between: () => undefined });
  },
};

export const renamedHost: Kind = {
  name: 'name of the machine changed under a trainer (UTS namespace)',
  short: 0,
  unavailable: () => cannot([...otherHost, 'hostname', 'other']) ?? cannot(['nsenter', '--version']),
  attempt: (trial) => {
    const name = `host-${trial.dice.below(1000).toString()}`;
    const between = (pid: number): void => {
      tool(['nsenter', `--uts=/proc/${pid.toString()}/ns/uts`, '--', 'hostname', name]);
      trial.note(`its machine is called ${name} now`);
    };
    return secondFromElsewhere(trial, { first: otherHost, second: [], between });
  },
};
