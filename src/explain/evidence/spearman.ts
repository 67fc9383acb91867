/**
 * Spearman's rank correlation: how far two lists of numbers put their places in the same order, from −1 to 1. Equal numbers
 * share the mean of their ranks; a list of equal numbers orders nothing, and gives 0.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const middle = (x.length - 1) / 2;
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i] - middle, y[i] - middle];
    both += dx * dy;
    first += dx * dx;
    second += dy * dy;
  }
  return first > 0 && second > 0 ? both / Math.sqrt(first * second) : 0;
}

/** The rank of each number, from 0 for the smallest. */
function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}
