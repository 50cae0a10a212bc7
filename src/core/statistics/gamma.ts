/** Lanczos's coefficients for g = 7 and nine terms (Godfrey 2001): relative error below 1e-14. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The logarithm of Γ(x), x ≥ 1/2. */
export function logGamma(x: number): number {
  if (!(x >= 0.5)) throw new RangeError(`log Γ of ${x}, expected at least 0.5`);
  const base = x + 6.5;
  const sum = lanczos.reduce((total, term, index) => total + (index === 0 ? term : term / (x - 1 + index)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/**
 * The regularized incomplete beta function I_x(a, b), a and b ≥ 1/2, by the continued fraction of DLMF 8.17.22, summed as
 * Lentz does.
 * @param rest 1 − x, which the caller may know better than by subtracting
 */
export function incompleteBeta({
  x,
  rest,
  a,
  b,
}: {
  readonly x: number;
  readonly rest: number;
  readonly a: number;
  readonly b: number;
}): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  // The fraction is quick to converge on this side only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta({ x: rest, rest: x, a: b, b: a });
  const logFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest);
  return Math.exp(logFactor) / (a * continuedFraction({ x, a, b }));
}

/** Above any number of terms that is needed: about √max(a, b) of them. */
const mostTerms = 100_000;

function continuedFraction({ x, a, b }: { readonly x: number; readonly a: number; readonly b: number }): number {
  const notZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let ratio = 1;
  let inverse = 0;
  let value = 1;
  for (let term = 1; term < mostTerms; term++) {
    const m = Math.floor(term / 2);
    const numerator =
      term % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    inverse = 1 / notZero(1 + numerator * inverse);
    ratio = notZero(1 + numerator / ratio);
    const factor = ratio * inverse;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) return value;
  }
  throw new RangeError(`I_x(a, b) of x ${x}, a ${a}, b ${b} does not converge`);
}
