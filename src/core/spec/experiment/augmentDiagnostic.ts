import type { Diagnostic } from '../settings/diagnostic.js';
import { isJsonObject } from '../../json.js';
import type { JsonPath } from '../../jsonText.js';
import { valueAt } from '../settings/setting.js';
import type { WrittenPoint } from './sweep.js';

/**
 * Augmentations that make no sense together: `translate` and `crop` both move a picture and fill with black.
 * @param value what an experiment file says, checked or not
 * @param points of its sweep, which may bring them together
 */
export function augmentDiagnostics(value: unknown, points: readonly WrittenPoint[]): Diagnostic[] {
  const written = augmentPaths(value)
    .filter((path) => movesTwice(valueAt(value, path)))
    .map((path) => twice([...path, 'crop']));
  if (written.length > 0) return written;
  const together = points.find(({ parts }) => movesTwice(valueAt(parts, ['student', 'train', 'augment'])));
  const path = together?.choices.map((choice) => choice.path).find((each) => each.startsWith('student.train.augment'));
  return path === undefined ? [] : [twice(['sweep', path])];
}

function twice(path: JsonPath): Diagnostic {
  return {
    ...{ code: 'experiment-augment', path, at: 'key' },
    message: 'Both `translate` and `crop` move the picture and fill with black: together they move it twice.',
    fix: 'Keep one of them: `crop` is `RandomCrop` with so much padding, `translate` a shift of up to so many pixels.',
  };
}

function movesTwice(augment: unknown): boolean {
  return isJsonObject(augment) && moves(augment.translate) && moves(augment.crop);
}

const moves = (pixels: unknown): boolean => typeof pixels === 'number' && pixels > 0;

/** Where an experiment may say how pictures are changed. */
function augmentPaths(value: unknown): JsonPath[] {
  const teachers = valueAt(value, ['teacher']);
  const roles: JsonPath[] = Array.isArray(teachers) ? teachers.map((_, index) => ['teacher', index]) : [['teacher']];
  return [['data', 'augment'], ...[...roles, ['student']].map((role) => [...role, 'train', 'augment'])];
}
