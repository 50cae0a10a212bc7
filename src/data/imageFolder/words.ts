import { count, counted } from '../../core/words.js';

/** What was passed over, by what it is called: `1 .heic, 2 others`. */
export function passedOverWords(passed: ReadonlyMap<string, number>): string {
  const named = [...passed].filter(([ending]) => ending !== '');
  const rest = passed.get('') ?? 0;
  const parts = named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([ending, number]) => `${count(number)} ${ending}`);
  if (rest > 0) parts.push(named.length === 0 ? `${count(rest)} that are no pictures` : counted(rest, 'other'));
  return parts.join(', ');
}

/** Names as a message shows them, cut short where they are many: `are 2 folders, a and b`. */
export function namesWords(names: readonly string[], { none, kind }: { none: string; kind: string }): string {
  if (names.length === 0) return none;
  const verb = names.length === 1 ? 'is' : 'are';
  return `${verb} ${counted(names.length, kind)}: ${listed(names)}`;
}

const most = 10;

/** `` `a`, `b` and 3 more ``. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, most).map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${count(more)} more`;
}
