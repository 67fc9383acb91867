/** Probabilities as they are; scores, which need not sum to one, by softmax. */
export function probabilitiesOf(row: Float32Array): Float32Array {
  const sum = row.reduce((a, b) => a + b, 0);
  if (row.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3) return row;
  const most = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - most));
  const whole = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / whole);
}
