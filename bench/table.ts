/** What came of one kind of fault or of hostile input. */
export interface BenchRow {
  readonly kind: string;
  readonly tried: number;
  readonly held: number;
  /** Of whoever read, in wall-clock seconds; 0 where nobody did. */
  readonly worstSeconds: number;
  /** The peak of its resident memory; 0 where it was not measured. */
  readonly worstBytes: number;
  /** Why it could not be tried here. */
  readonly notTested?: string;
}

/** Lines of Markdown: a row a kind, and one of all. */
export function benchTable(rows: readonly BenchRow[]): string {
  const sum = (of: (row: BenchRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const most = (of: (row: BenchRow) => number): number => Math.max(0, ...rows.map(of));
  const all: BenchRow = {
    kind: '**all**',
    tried: sum(({ tried }) => tried),
    held: sum(({ held }) => held),
    worstSeconds: most(({ worstSeconds }) => worstSeconds),
    worstBytes: most(({ worstBytes }) => worstBytes),
  };
  const cells = [
    ['kind', 'tried', 'held', 'worst time', 'worst memory'],
    ['---', '--:', '--:', '--:', '--:'],
    ...[...rows, all].map(cellsOf),
  ];
  return cells.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cellsOf({ kind, tried, held, worstSeconds, worstBytes, notTested }: BenchRow): string[] {
  if (notTested !== undefined) return [kind, 'NOT TESTED', notTested, '', ''];
  return [
    kind,
    tried.toLocaleString('en'),
    held.toLocaleString('en'),
    worstSeconds === 0 ? '–' : timeWords(worstSeconds),
    worstBytes === 0 ? '–' : `${(worstBytes / 2 ** 20).toFixed(0)} MB`,
  ];
}

const timeWords = (seconds: number): string =>
  seconds < 1 ? `${Math.ceil(1000 * seconds).toString()} ms` : `${seconds.toFixed(1)} s`;
