/** log Σ exp of `count` numbers from `start`, without overflow: the largest is taken out first. */
export function logSumExp(data: Float64Array, start: number, count: number): number {
  const row = data.subarray(start, start + count);
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
