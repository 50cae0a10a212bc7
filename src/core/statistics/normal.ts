/**
 * P(Z ≤ z) of the standard normal distribution, to 1e-15: Hart's approximation as West gives it (Better approximations
 * to cumulative normal functions, Wilmott Magazine 2005).
 */
export function normalCdf(z: number): number {
  const size = Math.abs(z);
  if (size > 37) return z > 0 ? 1 : 0;
  const density = Math.exp((-size * size) / 2);
  const tail =
    size < splitAt ? (density * above(size)) / below(size) : density / (fraction(size) * Math.sqrt(2 * Math.PI));
  return z > 0 ? 1 - tail : tail;
}

/** Where the rational function ends and the continued fraction begins. */
const splitAt = 7.07106781186547;

/** Written out: it is asked ten thousand times for one critical value. */
function above(x: number): number {
  const high = ((3.52624965998911e-2 * x + 0.700383064443688) * x + 6.37396220353165) * x + 33.912866078383;
  return ((high * x + 112.079291497871) * x + 221.213596169931) * x + 220.206867912376;
}

function below(x: number): number {
  const high = ((8.83883476483184e-2 * x + 1.75566716318264) * x + 16.064177579207) * x + 86.7807322029461;
  return (((high * x + 296.564248779674) * x + 637.333633378831) * x + 793.826512519948) * x + 440.413735824752;
}

/** x + 1/(x + 2/(x + 3/…)), as deep as changes anything here. */
function fraction(x: number): number {
  let value = x;
  for (let level = 40; level > 0; level--) value = x + level / value;
  return value;
}
