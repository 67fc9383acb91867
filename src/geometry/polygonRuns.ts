/** COCO draws outlines on a grid five times as fine as the pixels. */
const finer = 5;

/**
 * The pixels of an outline, one after another on the finer grid: each side of the polygon is gone along its longer axis, a point for
 * every step, always in the direction of growing coordinates, so that a side shared by two polygons has the same points.
 */
function outline(polygon: ArrayLike<number>): { readonly across: number[]; readonly down: number[] } {
  const corners = polygon.length >> 1;
  const fine = (value: number): number => Math.trunc(finer * value + 0.5);
  const across: number[] = [];
  const down: number[] = [];
  for (let corner = 0; corner < corners; corner++) {
    const next = (corner + 1) % corners;
    const from = [fine(polygon[corner * 2]), fine(polygon[corner * 2 + 1])];
    const to = [fine(polygon[next * 2]), fine(polygon[next * 2 + 1])];
    const spans = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    const long = spans[0] >= spans[1] ? 0 : 1;
    const short = 1 - long;
    const backwards = from[long] > to[long];
    const [start, end] = backwards ? [to, from] : [from, to];
    const slope = spans[long] === 0 ? 0 : (end[short] - start[short]) / spans[long];
    const points = [across, down];
    for (let step = 0; step <= spans[long]; step++) {
      const along = backwards ? spans[long] - step : step;
      points[long].push(start[long] + along);
      points[short].push(Math.trunc(start[short] + slope * along + 0.5));
    }
  }
  return { across, down };
}

/**
 * The run lengths, column by column, of a polygon's pixels: exactly those that COCO's own tools fill. Where the outline passes a
 * column's middle, the pixels below it change from outside to inside or back.
 *
 * @param polygon [x, y, x, y, …]
 */
export function polygonRuns(polygon: ArrayLike<number>, height: number, width: number): number[] {
  const { across, down } = outline(polygon);
  const changes: number[] = [];
  for (let i = 1; i < across.length; i++) {
    if (across[i] === across[i - 1]) continue;
    const left = across[i] < across[i - 1] ? across[i] : across[i] - 1;
    const column = (left + 0.5) / finer - 0.5;
    if (!Number.isInteger(column) || column < 0 || column > width - 1) continue;
    const row = (Math.min(down[i], down[i - 1]) + 0.5) / finer - 0.5;
    changes.push(column * height + Math.ceil(Math.min(Math.max(row, 0), height)));
  }
  changes.push(height * width);
  changes.sort((a, b) => a - b);
  return joinedRuns(changes.map((change, i) => change - (i === 0 ? 0 : changes[i - 1])));
}

/** Runs without those of no pixels, but for the first: the runs at both sides of such a one are of one kind. */
function joinedRuns(runs: readonly number[]): number[] {
  const joined = [runs[0]];
  for (let i = 1; i < runs.length; i++) {
    if (runs[i] > 0) joined.push(runs[i]);
    else if (++i < runs.length) joined[joined.length - 1] += runs[i];
  }
  return joined;
}
