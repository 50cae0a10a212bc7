import { cellText } from '../../core/foreignText.js';
import type { WholeRun } from '../workspace/listedRun.js';

/** The columns of an export, in order, with the names that programs read. */
const columns: readonly (readonly [string, (run: WholeRun) => string | number | null])[] = [
  ['id', ({ folder }) => folder.id],
  ['experiment', ({ record }) => record.experiment.name],
  ['role', ({ record }) => record.spec.role],
  ['name', ({ record }) => record.spec.name],
  ['temperature', ({ record }) => record.spec.distill?.temperature ?? null],
  ['alpha', ({ record }) => record.spec.distill?.alpha ?? null],
  ['seed', ({ record }) => record.spec.seed],
  ['state', ({ summary }) => summary.state],
  ['epoch', ({ summary }) => summary.epoch],
  ['epochs', ({ summary }) => summary.epochs],
  ['test_examples', ({ summary }) => summary.test?.n ?? null],
  ['test_errors', ({ summary }) => summary.test?.errors ?? null],
  ['test_accuracy', ({ summary }) => summary.test?.accuracy ?? null],
  ['test_balanced_accuracy', ({ summary }) => finite(summary.test?.balancedAccuracy)],
  ['test_loss', ({ summary }) => finite(summary.test?.loss)],
  ['seconds', ({ summary }) => summary.seconds],
  ['created', ({ record }) => record.created],
  ['spec_hash', ({ record }) => record.specHash],
];

/**
 * Test metrics as CSV (RFC 4180), a run a line. What is missing is empty; names that a spreadsheet would take for formulas
 * are marked as text.
 */
export function metricsCsv(runs: readonly WholeRun[]): string {
  const head = columns.map(([name]) => name);
  const lines = runs.map((run) => columns.map(([, value]) => field(value(run))));
  return [head, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

/** Test metrics as a JSON array, a run an object. What is missing is null. */
export function metricsJson(runs: readonly WholeRun[]): string {
  const rows = runs.map((run) => Object.fromEntries(columns.map(([name, value]) => [name, value(run)])));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function field(value: string | number | null): string {
  const text = typeof value === 'string' ? cellText(value) : value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
