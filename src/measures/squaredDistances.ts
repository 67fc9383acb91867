/** Further than anything in a picture; its square is still exact. */
const far = 2 ** 40;

/** Squared distances along a line to the nearest place that is marked by the parabolas below (Felzenszwalb & Huttenlocher 2012). */
function along(heights: Float64Array, out: Float64Array, places: Int32Array, edges: Float64Array): void {
  const count = heights.length;
  let last = 0;
  places[0] = 0;
  edges[0] = -Infinity;
  edges[1] = Infinity;
  for (let at = 1; at < count; at++) {
    for (;;) {
      const place = places[last];
      const meet = (heights[at] + at * at - (heights[place] + place * place)) / (2 * (at - place));
      if (meet <= edges[last] && last > 0) {
        last--;
        continue;
      }
      places[++last] = at;
      edges[last] = meet;
      edges[last + 1] = Infinity;
      break;
    }
  }
  let part = 0;
  for (let at = 0; at < count; at++) {
    while (edges[part + 1] < at) part++;
    out[at] = (at - places[part]) ** 2 + heights[places[part]];
  }
}

/**
 * The squared distance of every pixel to the nearest marked one, exact, in a time that grows with the number of pixels alone.
 *
 * @param marked [height × width]
 * @returns [height × width]; numbers above 2³⁹ where nothing is marked
 */
export function squaredDistances(marked: Uint8Array, height: number, width: number): Float64Array {
  const result = Float64Array.from(marked, (mark) => (mark ? 0 : far));
  for (const [lines, length, line, step] of [
    [width, height, 1, width],
    [height, width, width, 1],
  ]) {
    const [heights, out] = [new Float64Array(length), new Float64Array(length)];
    const [places, edges] = [new Int32Array(length), new Float64Array(length + 1)];
    for (let i = 0; i < lines; i++) {
      for (let at = 0; at < length; at++) heights[at] = result[i * line + at * step];
      along(heights, out, places, edges);
      for (let at = 0; at < length; at++) result[i * line + at * step] = out[at];
    }
  }
  return result;
}
