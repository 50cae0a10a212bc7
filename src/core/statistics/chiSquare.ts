/**
 * The mean of a function of χ²/ν over its distribution: by the trapezoidal rule over the logarithm, where the density
 * falls quickly on both sides, so that it converges faster than any power of the number of points.
 */
export function meanOverChiSquare(degrees: number, value: (ratio: number) => number): number {
  const width = Math.sqrt(2 / degrees);
  const [from, to] = [-9 * width - 40 / degrees, 7 * width];
  const intervals = Math.ceil(64 * (1 + 1 / degrees));
  let [sum, weights] = [0, 0];
  for (let i = 0; i <= intervals; i++) {
    const log = from + ((to - from) * i) / intervals;
    const ratio = Math.exp(log);
    const weight = Math.exp((degrees / 2) * (log - ratio + 1));
    if (weight === 0) continue;
    sum += weight * value(ratio);
    weights += weight;
  }
  return sum / weights;
}
