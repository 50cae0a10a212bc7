import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/**
 * `npm test`: every stage in turn, also after one that failed; then what could not be tested, and how many tests passed
 * and failed over all. A stage that fails without a failed test counts as one.
 */
const stages = [
  { name: 'types', command: ['npm', 'run', '--silent', 'check'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'unit tests', command: ['npm', 'run', '--silent', 'test:unit'] },
  { name: 'tests in the editor', command: ['npm', 'run', '--silent', 'test:editor'] },
  { name: 'tour', command: ['npm', 'run', '--silent', 'tour', '--', '--out', 'out/tour/pictures'] },
];

/** As node:test and mocha print them; the tour counts like mocha. */
const counts = {
  passed: /^(?:ℹ pass (\d+)|\s*(\d+) passing\b.*)$/gm,
  failed: /^(?:ℹ fail (\d+)|\s*(\d+) failing)$/gm,
  skipped: /^(?:ℹ skipped (\d+)|\s*(\d+) pending)$/gm,
};

async function run({ name, command: [file, ...args] }) {
  console.log(`\n━━ ${name}`);
  const started = Date.now();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  let output = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding('utf8').on('data', (text) => {
      output += text;
      to.write(text);
    });
  }
  const code = await new Promise((ended, failed) => child.once('error', failed).once('close', ended));
  const plain = stripVTControlCharacters(output);
  const result = { name, ok: code === 0, seconds: Math.round((Date.now() - started) / 1000) };
  for (const [key, pattern] of Object.entries(counts)) {
    result[key] = [...plain.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1] ?? match[2]), 0);
  }
  if (!result.ok && result.failed === 0) result.failed = 1;
  return { ...result, notTested: plain.split('\n').filter((line) => line.startsWith('NOT TESTED')) };
}

const results = [];
for (const stage of stages) results.push(await run(stage));

console.log('');
for (const { name, ok, seconds } of results) console.log(`${ok ? '✔' : '✖'} ${name} (${seconds} s)`);
const notTested = [...new Set(results.flatMap((result) => result.notTested))];
for (const line of notTested) console.log(line);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const skipped = sum('skipped');
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
