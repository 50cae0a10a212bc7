import type { Diagnostic } from '../settings/diagnostic.js';
import { isJsonObject } from '../../json.js';
import { valueAt } from '../settings/setting.js';

/**
 * Shares of `data.split` that leave nothing to train on, or that another setting contradicts.
 * @param value what an experiment file says, checked or not
 */
export function splitDiagnostics(value: unknown): Diagnostic[] {
  const data = valueAt(value, ['data']);
  if (!isJsonObject(data) || data.dataset !== 'images' || data.split === undefined) return [];
  const { split } = data;
  const share = (key: string): number => {
    const found = isJsonObject(split) ? split[key] : key === 'test' ? split : 0;
    return typeof found === 'number' ? found : 0;
  };
  const [test, validation] = [share('test'), share('validation')];
  const diagnostic = { code: 'experiment-split', path: ['data', 'split'], at: 'value' } as const;
  const diagnostics: Diagnostic[] = [];
  if (isJsonObject(split) && split.test === undefined && split.validation === undefined) {
    const message = 'It says neither `test` nor `validation`.';
    diagnostics.push({ ...diagnostic, message, fix: 'Write a share of `test`, as { "test": 0.2 }.' });
  }
  // What is out of bounds by itself is told where it stands.
  if (test < 1 && validation < 1 && test + validation >= 1) {
    const message = `The shares are ${Number((test + validation).toFixed(6))} together, which leaves nothing to train on.`;
    diagnostics.push({ ...diagnostic, message, fix: 'Make them less than 1 together.' });
  }
  if (test > 0 && data.test !== undefined) {
    const message = '`split` draws the test pictures, and `test` names a folder of them.';
    diagnostics.push({ ...diagnostic, message, fix: 'Remove one of the two.' });
  }
  if (validation > 0 && data.validation !== undefined && data.validation !== 0) {
    const message = '`split` draws the validation pictures, and `validation` says where they come from.';
    diagnostics.push({ ...diagnostic, message, fix: 'Remove one of the two.' });
  }
  return diagnostics;
}
