import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { mustBeReadable, mustBeSound, mustGoOn, read } from '../checks.js';
import { readBits } from '../bits.js';
import { damage, type Damage } from '../damage.js';
import type { Kind } from '../kind.js';
import { must, type Trial } from '../trial.js';
import { runsOf, type Role } from '../world.js';

type Part = 'checkpoint' | 'checkpoint before' | 'logits' | 'log' | 'record' | 'output' | 'cache';

/** Files of a run, or of what runs share. Empty ones have nothing to damage. */
function filesOf(trial: Trial, { role, part }: { role: Role; part: Part }): string[] {
  const folder = trial.run(role);
  const inside = (path: string): string[] =>
    existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
  const found = {
    checkpoint: [join(folder, 'checkpoint.safetensors')],
    'checkpoint before': [join(folder, 'checkpoint.previous.safetensors')],
    logits: inside(join(folder, 'logits')),
    log: [join(folder, 'log.jsonl')],
    record: [join(folder, 'run.json')],
    output: [join(folder, 'trainer.log')],
    cache: inside(join(dirname(runsOf(trial.space)), 'cache')),
  }[part];
  return found.filter((path) => existsSync(path) && statSync(path).size > 0);
}

interface Damaged {
  readonly path: string;
  readonly how: Damage;
}

/** Chooses a file and damages it; null where there is none of its kind. */
function damageOne(trial: Trial, what: { role: Role; part: Part }): Damaged | null {
  const files = filesOf(trial, what);
  if (files.length === 0) return null;
  const path = trial.dice.pick(files);
  const other = what.part === 'cache' ? files.find((each) => each !== path) : join(trial.run('baseline'), nameIn(path));
  // Lines of a log do not say whose they are.
  const mayBeSwapped = what.part !== 'log' && other !== undefined && existsSync(other);
  return { path, how: damage(trial, path, mayBeSwapped ? other : null) };
}

/** `logits/test-1.safetensors`, or the name alone. */
const nameIn = (path: string): string =>
  basename(dirname(path)) === 'logits' ? join('logits', basename(path)) : basename(path);

function halfDone(part: Part): Kind {
  return {
    name: `${partWords[part]} of a run half done damaged`,
    short: part === 'checkpoint' ? 1 : 0,
    attempt: async (trial) => {
      // A trainer that was killed printed nothing, and one that was stopped leaves one checkpoint.
      const only = { output: 'stopped', 'checkpoint before': 'killed' } as const;
      trial.place(
        part === 'output' || part === 'checkpoint before' ? only[part] : trial.dice.pick(['killed', 'stopped']),
      );
      const damaged = damageOne(trial, { role: 'student', part });
      if (damaged === null) return void (trial.tried = 0);
      const { path, how } = damaged;
      await mustBeReadable(trial, { compared: false });
      await mustGoOn(trial, {
        touched: [path],
        refused: part !== 'cache' && part !== 'output',
        history: part === 'log' ? 'told' : 'whole',
        // What another run's file says of itself is whole: which is the right one a person knows.
        offers:
          part === 'checkpoint' &&
          how !== 'of another run' &&
          filesOf(trial, { role: 'student', part: 'checkpoint before' }).length > 0,
      });
    },
  };
}

const partWords: Readonly<Record<Part, string>> = {
  checkpoint: 'checkpoint',
  'checkpoint before': 'previous checkpoint',
  logits: 'logits',
  log: 'log',
  record: 'run.json',
  output: 'trainer.log',
  cache: 'cache',
};

export const damagedHalf: readonly Kind[] = (
  ['checkpoint', 'checkpoint before', 'logits', 'log', 'record', 'output', 'cache'] as const
).map(halfDone);

/** A student learns from a teacher that is not what it was: to the same end, or not at all. */
export const damagedTeacher: Kind = {
  name: 'finished teacher damaged, then its student trained',
  short: 1,
  attempt: async (trial) => {
    trial.place('finished');
    const part = trial.dice.pick(['checkpoint', 'checkpoint', 'logits', 'log', 'record', 'cache'] as const);
    const damaged = damageOne(trial, { role: 'teacher', part });
    rmSync(trial.run('student'), { recursive: true });
    if (damaged === null) return void (trial.tried = 0);
    const touched = [damaged.path];
    await mustGoOn(trial, { touched, refused: part !== 'cache', history: part === 'log' ? 'told' : 'whole' });
  },
};

export const damagedResults: Kind = {
  name: 'finished runs damaged, then shown and compared',
  short: 1,
  attempt: async (trial) => {
    trial.place('finished');
    const part = trial.dice.pick(['logits', 'logits', 'log', 'record', 'checkpoint'] as const);
    const role = part === 'logits' ? trial.dice.pick(['student', 'baseline'] as const) : 'student';
    if (damageOne(trial, { role, part }) === null) return void (trial.tried = 0);
    await mustBeReadable(trial, { compared: true });
  },
};

export const damagedExport: Kind = {
  name: 'finished checkpoint damaged, then exported',
  short: 0,
  attempt: async (trial) => {
    trial.place('finished');
    if (damageOne(trial, { role: 'student', part: 'checkpoint' }) === null) return void (trial.tried = 0);
    const words = ['export', trial.run('student'), '--format', 'safetensors', '--out', 'weights.safetensors'];
    const answer = await trial.command(words);
    mustBeSound(answer);
    if (answer.code !== 0) {
      must(answer.stderr.includes('checkpoint.safetensors'), `what is wrong was not named:\n${answer.stderr}`);
      must(!existsSync(join(trial.space, 'weights.safetensors')), 'a file was left although it was refused');
      return;
    }
    // What was behind the tensors, or in metadata that no weights come from, does not matter.
    must(
      readBits(trial.run('student')).weights === trial.world.oracle.student.weights,
      'weights that are not those of the run were exported',
    );
  },
};

/** Files that steer a trainer, with something in them that nobody wrote on purpose. */
export const garbledSigns: Kind = {
  name: 'lock, engine or stop file garbled',
  short: 0,
  attempt: async (trial) => {
    trial.place(trial.dice.pick(['killed', 'stopped']));
    const folder = trial.run('student');
    const locks = readdirSync(folder).filter((name) => name.endsWith('.lock'));
    const invented = 'trainer.00000000-0000-0000-0000-000000000000.lock';
    const name = trial.dice.pick(['engine', 'stop', ...(locks.length === 0 ? [invented] : locks)]);
    const text = trial.dice.pick([
      '',
      '\0'.repeat(64),
      '{',
      'onnx/nowhere\n',
      '{"version":1,"owner":{"pid":1}}',
      '9'.repeat(5000),
    ]);
    writeFileSync(join(folder, name), text);
    trial.note(`${name} is ${JSON.stringify(text.slice(0, 40))}`);
    await mustBeReadable(trial, { compared: false });
    await mustGoOn(trial, { touched: [join(folder, name)], refused: name !== 'stop' });
  },
};

/** A record that cannot be read is told, and hides nothing else. */
export const readDamagedRecord: Kind = {
  name: 'run.json damaged, then listed',
  short: 0,
  attempt: async (trial) => {
    trial.place('finished');
    if (damageOne(trial, { role: trial.dice.pick(['teacher', 'student']), part: 'record' }) === null) return;
    await mustBeReadable(trial, { compared: true });
    await read(trial, ['list']);
  },
};
