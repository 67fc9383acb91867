/** The place of a row's largest number; of equal ones, the first. */
export function argMaxOf(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i] > row[best]) best = i;
  return best;
}

/** A row of scores as shares of 1: e^score, each divided by the sum of all. */
export function softmaxOf<Row extends Float32Array | Float64Array>(scores: Row): Row {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  const shares = scores.slice() as Row;
  let sum = 0;
  for (let i = 0; i < shares.length; i++) {
    // No power is above 1, and that of the largest is 1: nothing overflows, and the sum is no zero.
    shares[i] = Math.exp(scores[i] - largest);
    sum += shares[i];
  }
  for (let i = 0; i < shares.length; i++) shares[i] /= sum;
  return shares;
}
