import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/**
 * Finds rooms that import each other both ways: two folders side by side under src/, of which neither can be read or
 * taken out without the other. Types count too.
 *   node scripts/rooms.mjs
 */

/** Pairs that are still so. One that is mended leaves the list. */
const known = new Set([
  'src/trainer/distillation – src/trainer/training',
  'src/trainer/networks – src/trainer/training',
]);

/** By the two rooms, `from – to`: an import that leads from one into the other. */
const imports = new Map();
for (const name of readdirSync('src', { recursive: true })) {
  if (!/\.tsx?$/.test(name)) continue;
  const file = join('src', name).split(sep).join('/');
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
    const rooms = roomsBetween(
      dirname(file),
      dirname(normalize(join(dirname(file), target)))
        .split(sep)
        .join('/'),
    );
    if (rooms !== null) imports.set(rooms.join(' – '), `${file} imports ${target}`);
  }
}

/** The two folders side by side in which two folders lie; null where one lies in the other. */
function roomsBetween(from, to) {
  const [a, b] = [from.split('/'), to.split('/')];
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a[shared] === b[shared]) shared++;
  if (shared === a.length || shared === b.length) return null;
  return [a, b].map((parts) => parts.slice(0, shared + 1).join('/'));
}

const both = [...imports.keys()].filter((pair) => {
  const [from, to] = pair.split(' – ');
  return from < to && imports.has(`${to} – ${from}`);
});
const failures = [
  ...both
    .filter((pair) => !known.has(pair))
    .map((pair) => {
      const there = imports.get(pair);
      const back = imports.get(pair.split(' – ').reverse().join(' – '));
      return `${pair} import each other:\n  ${there}\n  ${back}\nMove what both use into a room of its own, or below both.`;
    }),
  ...[...known]
    .filter((pair) => !both.includes(pair))
    .map((pair) => `${pair} no longer import each other: take the pair out of scripts/rooms.mjs.`),
];
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
