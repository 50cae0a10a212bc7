/**
 * For each row of a square matrix a column of its own, so that the sum of the chosen values is the largest there is: the
 * assignment problem, by the Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant 1987), O(size³). Of equal
 * sums one is given. `scipy.optimize.linear_sum_assignment(values, maximize=True)`.
 * @param values [size, size]
 */
export function largestAssignment({ values, size }: { values: ArrayLike<number>; size: number }): Int32Array {
  // Rows and columns count from 1; column 0 stands for the row that is being placed.
  const rowPotential = new Float64Array(size + 1);
  const columnPotential = new Float64Array(size + 1);
  const rowOf = new Int32Array(size + 1);
  const before = new Int32Array(size + 1);
  for (let row = 1; row <= size; row++) {
    rowOf[0] = row;
    const slack = new Float64Array(size + 1).fill(Infinity);
    const isDone = new Uint8Array(size + 1);
    let column = 0;
    do {
      isDone[column] = 1;
      const current = rowOf[column] ?? 0;
      let least = Infinity;
      let next = 0;
      for (let other = 1; other <= size; other++) {
        if (isDone[other] === 1) continue;
        const value = values[(current - 1) * size + other - 1] ?? NaN;
        const cost = -value - (rowPotential[current] ?? NaN) - (columnPotential[other] ?? NaN);
        if (cost < (slack[other] ?? NaN)) {
          slack[other] = cost;
          before[other] = column;
        }
        if ((slack[other] ?? NaN) < least) {
          least = slack[other] ?? NaN;
          next = other;
        }
      }
      for (let other = 0; other <= size; other++) {
        if (isDone[other] === 1) {
          const owner = rowOf[other] ?? 0;
          rowPotential[owner] = (rowPotential[owner] ?? NaN) + least;
          columnPotential[other] = (columnPotential[other] ?? NaN) - least;
        } else slack[other] = (slack[other] ?? NaN) - least;
      }
      column = next;
    } while (rowOf[column] !== 0);
    // Turns the choices round along the way that was found.
    for (; column !== 0; column = before[column] ?? 0) rowOf[column] = rowOf[before[column] ?? 0] ?? 0;
  }
  const chosen = new Int32Array(size);
  for (let column = 1; column <= size; column++) chosen[(rowOf[column] ?? 1) - 1] = column - 1;
  return chosen;
}
