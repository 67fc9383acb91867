import type { Affine, Frame } from './affineMatrix.js';
import type { FillMode } from './augmentationOptions.js';
import { reduce, reducedMatrix, reductionOf, type Source } from './blockAverages.js';

export const fillModes = { nearest: 0, constant: 1, reflect: 2, wrap: 3 } as const satisfies Record<FillMode, number>;

/** How a picture is extended beyond its border. */
export interface Fill {
  readonly mode: FillMode;
  readonly cval: number;
  /**
   * How many source pixels make one pixel of the size that the geometry refers to: the picture ends half such a pixel
   * beyond the centres of its outermost ones. 1 if nothing is resized.
   */
  readonly step: readonly [rows: number, columns: number];
  /** What every sample is multiplied by. */
  readonly gain: number;
}

/** Coordinates this little outside count as inside: a rotation by 90° does not give exact whole numbers. */
const tolerance = 1e-4;

/** The row or column at `index` of the extended picture. */
function tap(index: number, length: number, mode: number): number {
  if (index >= 0 && index < length) return index;
  if (mode === fillModes.reflect) {
    const within = ((index % (2 * length)) + 2 * length) % (2 * length);
    return within < length ? within : 2 * length - 1 - within;
  }
  if (mode === fillModes.wrap) return ((index % length) + length) % length;
  return index < 0 ? 0 : length - 1;
}

/** The first whole c of a row from which on start + c · step is at least `low` (step > 0), as a real number. */
function crossing(start: number, step: number, low: number): number {
  return (low - start) / step;
}

/**
 * Samples a picture bilinearly along an affine map, in one pass over the result. Where the map shrinks, blocks of pixels
 * are averaged first to avoid aliasing. Reuses its working memory.
 */
export class Resampler {
  private reduced = new Float32Array(0);

  /**
   * @param m from pixels of the result to pixels of the source
   * @param out receives target.height × target.width × source.channels numbers from `offset`, on the source's scale
   */
  run(source: Source, m: Affine, target: Frame, fill: Fill, out: Float32Array, offset: number): void {
    const [rows, columns] = reductionOf(m);
    const margins = fill.step.map((step) => 0.5 - 0.5 * step + tolerance);
    const bounds = {
      top: -margins[0],
      bottom: source.height - 1 + margins[0],
      left: -margins[1],
      right: source.width - 1 + margins[1],
    };
    if (rows === 1 && columns === 1) {
      sample(source, m, target, fill, bounds, out, offset);
      return;
    }
    const size = Math.ceil(source.height / rows) * Math.ceil(source.width / columns) * source.channels;
    if (this.reduced.length < size) this.reduced = new Float32Array(size);
    const small = reduce(source, rows, columns, this.reduced);
    const within = (bound: number, factor: number): number => (bound + 0.5) / factor - 0.5;
    const smaller = {
      top: within(bounds.top, rows),
      bottom: within(bounds.bottom, rows),
      left: within(bounds.left, columns),
      right: within(bounds.right, columns),
    };
    sample(small, reducedMatrix(m, rows, columns), target, fill, smaller, out, offset);
  }
}

interface Bounds {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function sample(
  source: Source,
  m: Affine,
  target: Frame,
  fill: Fill,
  bounds: Bounds,
  out: Float32Array,
  offset: number,
): void {
  const { channels } = source;
  const inner = channels === 3 ? innerColour : channels === 1 ? innerGrey : innerAny;
  for (let r = 0; r < target.height; r++) {
    const y = r * m[0] + m[2];
    const x = r * m[3] + m[5];
    // The part of the row whose four neighbours are all inside the picture.
    let first = 0;
    let end = target.width;
    for (let axis = 0; axis < 2; axis++) {
      const start = axis === 0 ? y : x;
      const step = axis === 0 ? m[1] : m[4];
      const high = (axis === 0 ? source.height : source.width) - 1;
      if (Math.abs(step) < 1e-12) {
        if (!(start >= 0 && start < high)) end = 0;
        continue;
      }
      const a = crossing(start, step, step > 0 ? 0 : high);
      const b = crossing(start, step, step > 0 ? high : 0);
      first = Math.max(first, Math.ceil(a));
      end = Math.min(end, Math.ceil(b));
    }
    const inside = (c: number): boolean => {
      const row = y + c * m[1];
      const column = x + c * m[4];
      return row >= 0 && row < source.height - 1 && column >= 0 && column < source.width - 1;
    };
    while (first < end && !inside(first)) first++;
    while (first < end && !inside(end - 1)) end--;
    if (first >= end) first = end = 0;
    const to = offset + r * target.width * channels;
    border(source, m, y, x, 0, first, fill, bounds, out, to);
    inner(source, m, y, x, first, end, fill.gain, out, to);
    border(source, m, y, x, end, target.width, fill, bounds, out, to);
  }
}

type Inner = (
  source: Source,
  m: Affine,
  y0: number,
  x0: number,
  first: number,
  end: number,
  gain: number,
  out: Float32Array,
  to: number,
) => void;

const innerColour: Inner = (source, m, y0, x0, first, end, gain, out, to) => {
  const { data } = source;
  const line = source.width * 3;
  const dy = m[1];
  const dx = m[4];
  for (let c = first, at = to + 3 * first; c < end; c++, at += 3) {
    const y = y0 + c * dy;
    const x = x0 + c * dx;
    const top = y | 0;
    const left = x | 0;
    const v = y - top;
    const u = x - left;
    const p = top * line + left * 3;
    const q = p + line;
    const a = data[p] + (data[p + 3] - data[p]) * u;
    const b = data[p + 1] + (data[p + 4] - data[p + 1]) * u;
    const d = data[p + 2] + (data[p + 5] - data[p + 2]) * u;
    out[at] = (a + (data[q] + (data[q + 3] - data[q]) * u - a) * v) * gain;
    out[at + 1] = (b + (data[q + 1] + (data[q + 4] - data[q + 1]) * u - b) * v) * gain;
    out[at + 2] = (d + (data[q + 2] + (data[q + 5] - data[q + 2]) * u - d) * v) * gain;
  }
};

const innerGrey: Inner = (source, m, y0, x0, first, end, gain, out, to) => {
  const { data, width } = source;
  for (let c = first; c < end; c++) {
    const y = y0 + c * m[1];
    const x = x0 + c * m[4];
    const top = y | 0;
    const left = x | 0;
    const u = x - left;
    const p = top * width + left;
    const q = p + width;
    const a = data[p] + (data[p + 1] - data[p]) * u;
    out[to + c] = (a + (data[q] + (data[q + 1] - data[q]) * u - a) * (y - top)) * gain;
  }
};

const innerAny: Inner = (source, m, y0, x0, first, end, gain, out, to) => {
  const { data, width, channels } = source;
  for (let c = first; c < end; c++) {
    const y = y0 + c * m[1];
    const x = x0 + c * m[4];
    const top = y | 0;
    const left = x | 0;
    const u = x - left;
    const v = y - top;
    for (let k = 0, p = (top * width + left) * channels; k < channels; k++, p++) {
      const q = p + width * channels;
      const a = data[p] + (data[p + channels] - data[p]) * u;
      out[to + c * channels + k] = (a + (data[q] + (data[q + channels] - data[q]) * u - a) * v) * gain;
    }
  }
};

/** Pixels with neighbours outside the picture. */
function border(
  source: Source,
  m: Affine,
  y0: number,
  x0: number,
  first: number,
  end: number,
  fill: Fill,
  { top, bottom, left, right }: Bounds,
  out: Float32Array,
  to: number,
): void {
  const { data, width, height, channels } = source;
  const mode = fillModes[fill.mode];
  for (let c = first; c < end; c++) {
    const y = y0 + c * m[1];
    const x = x0 + c * m[4];
    const at = to + c * channels;
    if (mode === fillModes.constant && !(y >= top && y <= bottom && x >= left && x <= right)) {
      for (let k = 0; k < channels; k++) out[at + k] = fill.cval * fill.gain;
      continue;
    }
    const row = Math.floor(y);
    const column = Math.floor(x);
    const v = y - row;
    const u = x - column;
    const upper = tap(row, height, mode) * width;
    const lower = tap(row + 1, height, mode) * width;
    const before = tap(column, width, mode);
    const after = tap(column + 1, width, mode);
    for (let k = 0; k < channels; k++) {
      const p = data[(upper + before) * channels + k];
      const q = data[(lower + before) * channels + k];
      const a = p + (data[(upper + after) * channels + k] - p) * u;
      const b = q + (data[(lower + after) * channels + k] - q) * u;
      out[at + k] = (a + (b - a) * v) * fill.gain;
    }
  }
}
