import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/**
 * `npm test`: what tests need is installed, then every stage in turn, also after one that failed; then what could not be tested, and how many tests passed
 * and failed over all. A stage that fails without a failed test counts as one.
 */
const stages = [
  { name: 'what tests need', command: ['npm', 'run', '--silent', 'test:tools'] },
  { name: 'types', command: ['npm', 'run', '--silent', 'check'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'unit tests', command: ['npm', 'run', '--silent', 'test:unit'] },
  { name: 'faults', command: ['npm', 'run', '--silent', 'faults', '--', '--short'] },
  { name: 'hostile inputs', command: ['npm', 'run', '--silent', 'fuzz', '--', '--short'] },
  { name: 'tests in the editor', command: ['npm', 'run', '--silent', 'test:editor'] },
  { name: 'tour', command: ['npm', 'run', '--silent', 'tour', '--', '--out', 'out/tour/pictures'] },
];

/** As node:test and mocha print them; the tour and the faults count like mocha. */
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
  return { ...result, notTested: notTestedIn(plain) };
}

/** What a stage says that it left out, and the tests that were skipped for it, by reason. */
function notTestedIn(plain) {
  const said = /^\s*(?:[ℹ﹣-] )?(?:(?<test>.*?) \([\d.]+ms\) # )?(?<reason>NOT TESTED.*)$/u;
  return plain.split('\n').flatMap((line) => {
    const { test, reason } = said.exec(line)?.groups ?? {};
    return reason === undefined ? [] : [{ test, reason }];
  });
}

/** A line for each reason. */
function listed(notTested) {
  return [...new Set(notTested.map(({ reason }) => reason))].map((reason) => {
    const tests = notTested.flatMap((each) => (each.reason === reason && each.test !== undefined ? [each.test] : []));
    return tests.length === 0 ? reason : `${reason}:\n${tests.map((test) => `  ${test}`).join('\n')}`;
  });
}

const results = [];
for (const stage of stages) results.push(await run(stage));

console.log('');
for (const { name, ok, seconds } of results) console.log(`${ok ? '✔' : '✖'} ${name} (${seconds} s)`);
for (const line of listed(results.flatMap((result) => result.notTested))) console.log(line);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const skipped = sum('skipped');
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
