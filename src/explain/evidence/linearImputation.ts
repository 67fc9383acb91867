/** How much each of the eight pixels around one counts. */
const weights = { beside: 1 / 6, across: 1 / 12 };

/** Pixels that are missing, and what each is made of; over a grid with a border of zeros around the picture. */
interface MissingPixels {
  readonly width: number;
  /** Places in the grid. */
  readonly places: Uint32Array;
  /** The weights of the pixels around each that are inside the picture. */
  readonly inside: Float64Array;
}

/**
 * A picture [H, W, C] whose missing pixels are the weighted mean of the eight around them (1/6 beside, 1/12 across), missing or
 * not, as ROAD fills them (Rong et al. 2022): without noise, which comes after. The equations are solved by conjugate gradients,
 * which start from the solution at half the size.
 *
 * @param missing [H, W], 1 where a pixel is missing; a picture that misses all is filled with zeros
 */
export function linearImputation(
  x: Float32Array,
  missing: Uint8Array,
  [height, width, channels]: readonly number[],
): Float32Array {
  const filled = x.slice();
  const equations = equationsOf(missing, height, width);
  for (let c = 0; c < channels; c++) {
    const plane = Float64Array.from({ length: height * width }, (_, place) => x[place * channels + c]);
    const whole = filledPlane(plane, missing, height, width, equations);
    for (let place = 0; place < whole.length; place++) if (missing[place]) filled[place * channels + c] = whole[place];
  }
  return filled;
}

function equationsOf(missing: Uint8Array, height: number, width: number): MissingPixels {
  const places: number[] = [];
  const inside: number[] = [];
  for (let y = 0; y < height; y++) {
    const rows = Number(y > 0) + Number(y < height - 1);
    for (let x = 0; x < width; x++) {
      if (!missing[y * width + x]) continue;
      const columns = Number(x > 0) + Number(x < width - 1);
      places.push((y + 1) * (width + 2) + x + 1);
      inside.push((rows + columns) * weights.beside + rows * columns * weights.across);
    }
  }
  return { width: width + 2, places: Uint32Array.from(places), inside: Float64Array.from(inside) };
}

/** One channel with its missing pixels filled in. */
function filledPlane(
  plane: Float64Array,
  missing: Uint8Array,
  height: number,
  width: number,
  equations = equationsOf(missing, height, width),
): Float64Array {
  if (equations.places.length === 0) return plane;
  if (equations.places.length === plane.length) return new Float64Array(plane.length);
  const guess = guessed(plane, missing, height, width);
  const known = onGrid(plane, height, width, (place) => !missing[place]);
  const unknown = onGrid(guess, height, width, (place) => missing[place] === 1);
  solve(equations, unknown, known);
  return plane.map((value, place) => {
    const at = (Math.floor(place / width) + 1) * (width + 2) + (place % width) + 1;
    return missing[place] ? unknown[at] : value;
  });
}

/** Some of a picture's numbers inside a border of zeros. */
function onGrid(plane: Float64Array, height: number, width: number, taken: (place: number) => boolean): Float64Array {
  const grid = new Float64Array((height + 2) * (width + 2));
  for (let y = 0, place = 0; y < height; y++) {
    for (let x = 0; x < width; x++, place++) if (taken(place)) grid[(y + 1) * (width + 2) + x + 1] = plane[place];
  }
  return grid;
}

/** The picture at half its size, filled, and brought back: right but for details. */
function guessed(plane: Float64Array, missing: Uint8Array, height: number, width: number): Float64Array {
  if (Math.max(height, width) <= 4) return new Float64Array(plane.length);
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const [sums, counts] = [new Float64Array(rows * columns), new Float64Array(rows * columns)];
  const cellOf = (place: number): number => (Math.floor(place / width) >> 1) * columns + ((place % width) >> 1);
  plane.forEach((value, place) => {
    if (missing[place]) return;
    sums[cellOf(place)] += value;
    counts[cellOf(place)]++;
  });
  const open = Uint8Array.from(counts, (count) => (count === 0 ? 1 : 0));
  const cells = filledPlane(
    sums.map((sum, cell) => (counts[cell] > 0 ? sum / counts[cell] : 0)),
    open,
    rows,
    columns,
  );
  return plane.map((_, place) => cells[cellOf(place)]);
}

/** What is missing of the equations: the weights inside times each pixel, less the weighted pixels around it. */
function apply({ width, places, inside }: MissingPixels, grid: Float64Array, into: Float64Array, own = true): void {
  for (let i = 0; i < places.length; i++) {
    const p = places[i];
    const beside = grid[p - 1] + grid[p + 1] + grid[p - width] + grid[p + width];
    const across = grid[p - width - 1] + grid[p - width + 1] + grid[p + width - 1] + grid[p + width + 1];
    into[i] = (own ? inside[i] * grid[p] : 0) - weights.beside * beside - weights.across * across;
  }
}

/** Conjugate gradients from the numbers of `unknown` on, until what is left is a ten-thousandth of the right side, far below the noise. */
function solve(equations: MissingPixels, unknown: Float64Array, known: Float64Array): void {
  const { places } = equations;
  const right = new Float64Array(places.length);
  apply(equations, known, right, false);
  const rest = new Float64Array(places.length);
  apply(equations, unknown, rest);
  const direction = new Float64Array(unknown.length);
  for (let i = 0; i < rest.length; i++) direction[places[i]] = rest[i] = -right[i] - rest[i];
  const product = new Float64Array(places.length);
  let size = dot(rest, rest);
  const enough = 1e-8 * dot(right, right);
  for (let turn = 0; turn < 1000 && size > enough; turn++) {
    apply(equations, direction, product);
    let along = 0;
    for (let i = 0; i < places.length; i++) along += direction[places[i]] * product[i];
    const step = size / along;
    for (let i = 0; i < places.length; i++) {
      unknown[places[i]] += step * direction[places[i]];
      rest[i] -= step * product[i];
    }
    const next = dot(rest, rest);
    for (let i = 0; i < places.length; i++) direction[places[i]] = rest[i] + (next / size) * direction[places[i]];
    size = next;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
