import assert from 'node:assert/strict';

/** Asserts that numbers agree to `tolerance`, relative where they are above 1. */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, what }: { tolerance: number; what: string },
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  for (let i = 0; i < actual.length; i++) {
    const found = actual[i] ?? NaN;
    const wanted = expected[i] ?? NaN;
    const difference = Math.abs(found - wanted) / Math.max(1, Math.abs(wanted));
    assert.ok(difference <= tolerance, `${what}[${i}]: ${found}, expected ${wanted}, off by ${difference}`);
  }
}
