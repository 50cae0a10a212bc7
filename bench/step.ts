import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { cases, type BenchCase } from './cases.js';
import type { Contender, Prepared } from './contender.js';
import { engineContenders, tracedContender, wasmContender } from './ours.js';
import { median } from './median.js';
import { pytorchContender } from './pytorch.js';
import { failures, table, type CaseResult } from './report.js';

/**
 * Times a training step of Distillery against tfjs's wasm backend and PyTorch, in turns.
 *   npm run bench -- [--rounds 7] [--only <part of a case's name>] [--threads n] [--json] [--check]
 *   npm run bench -- engines    every engine that is here against PyTorch, in place of tfjs's wasm backend: MLP, convnet,
 *                               ResNet-34 and resnet20
 * `--check` ends with exit code 1 where the bounds that Distillery promises are not met.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});

const threads = options.threads === undefined ? null : Number(options.threads);
const ours = tracedContender(threads);
const comparesEngines = positionals.includes('engines');
const rivals = comparesEngines
  ? await engineContenders((engine, why) => console.error(`${engine} was NOT measured: ${why}`))
  : [await wasmContender()];
const pytorch = await pytorchContender(threads);
if (pytorch === null) {
  console.error(
    'PyTorch was NOT compared: neither python3 nor /usr/bin/python3 has torch. Install it to see how we stand against it.',
  );
}
const contenders = [ours, ...rivals, ...(pytorch === null ? [] : [pytorch])];

const results: CaseResult[] = [];
const chosen = cases.filter(({ name, forEngines }) => name.includes(options.only) && (forEngines || !comparesEngines));
for (const benchCase of chosen) {
  console.error(`${benchCase.name} …`);
  results.push(await compare(benchCase, Number(options.rounds)));
}
for (const contender of contenders) await contender.close();

const machine = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${process.platform}, Node ${process.versions.node}`;
const descriptions = Object.fromEntries(contenders.map(({ name, description }) => [name, description]));
if (options.json) {
  console.log(JSON.stringify({ machine, contenders: descriptions, results }, null, 2));
} else {
  console.log(`\n${machine}`);
  for (const [name, description] of Object.entries(descriptions)) console.log(`${name}: ${description}`);
  console.log(`\n${table(results)}`);
}
if (options.check) {
  const failed = failures(results, { pytorch: pytorch !== null });
  for (const failure of failed) console.error(failure);
  if (failed.length > 0) process.exitCode = 1;
}

/** Every contender has its turn in every round, so what else the machine does meets all of them. */
async function compare(benchCase: BenchCase, rounds: number): Promise<CaseResult> {
  const runners: { contender: Contender; prepared: Prepared; medians: number[] }[] = [];
  for (const contender of contenders) {
    runners.push({ contender, prepared: await contender.prepare(benchCase), medians: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { contender, prepared, medians } of runners) {
      if (prepared.kind === 'cannot') continue;
      // The first step finds the caches as the one before left them.
      const [, ...times] = await prepared.steps(contender.stepsPerRound + 1);
      medians.push(median(times));
    }
  }
  for (const { prepared } of runners) if (prepared.kind === 'ready') await prepared.dispose();
  const own = runners[0]?.medians ?? [];
  return {
    name: benchCase.name,
    bounds: benchCase.bounds,
    contenders: runners.map(({ contender: { name }, prepared, medians }) =>
      prepared.kind === 'cannot'
        ? { kind: 'cannot', name, reason: prepared.reason }
        : {
            kind: 'measured',
            name,
            milliseconds: median(medians),
            ratio: median(medians.map((value, round) => value / (own[round] ?? NaN))),
          },
    ),
  };
}
