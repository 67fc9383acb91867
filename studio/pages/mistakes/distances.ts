/** Rows of numbers, one after the other. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  readonly data: ArrayLike<number>;
}

/** How far each row lies from the mean of its class, where the mean distance of its class is 1. */
export function distancesToClass({ count, width, data }: Rows, labels: Int32Array, classes: number): Float32Array {
  const means = new Float64Array(classes * width);
  const counts = new Float64Array(classes);
  for (let i = 0; i < count; i++) {
    counts[labels[i]]++;
    for (let d = 0; d < width; d++) means[labels[i] * width + d] += data[i * width + d];
  }
  for (let k = 0; k < classes * width; k++) means[k] /= Math.max(1, counts[Math.floor(k / width)]);
  const usual = new Float64Array(classes);
  const distances = Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += (data[i * width + d] - means[labels[i] * width + d]) ** 2;
    usual[labels[i]] += Math.sqrt(sum) / counts[labels[i]];
    return Math.sqrt(sum);
  });
  return distances.map((distance, i) => (usual[labels[i]] > 0 ? distance / usual[labels[i]] : 0));
}

/** Rows by how alike they are to one of them, which comes first: by the angle between them. */
export function nearestByAngle({ count, width, data }: Rows, index: number, most: number): Int32Array {
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += data[a * width + d] * data[b * width + d];
    return sum;
  };
  const own = Math.sqrt(dot(index, index)) || 1;
  return nearest(count, index, most, (i) => -dot(i, index) / (own * (Math.sqrt(dot(i, i)) || 1)));
}

/** Rows by how alike they are to one of them, which comes first: by the sum of squared differences. */
export function nearestByDifference({ count, width, data }: Rows, index: number, most: number): Int32Array {
  return nearest(count, index, most, (i) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += (data[i * width + d] - data[index * width + d]) ** 2;
    return sum;
  });
}

function nearest(count: number, index: number, most: number, away: (i: number) => number): Int32Array {
  const distances = Float64Array.from({ length: count }, (_, i) => (i === index ? -Infinity : away(i)));
  const order = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) => distances[a] - distances[b] || a - b);
  return order.slice(0, most);
}

/** The class that most of some examples have, the first of equals, and how many have it. */
export function vote(labels: ArrayLike<number>, voters: Iterable<number>): { label: number; votes: number } {
  const counts = new Map<number, number>();
  let best = { label: -1, votes: 0 };
  for (const i of voters) {
    const votes = (counts.get(labels[i]) ?? 0) + 1;
    counts.set(labels[i], votes);
  }
  for (const [label, votes] of counts) if (votes > best.votes) best = { label, votes };
  return best;
}
