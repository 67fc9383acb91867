import type { Resize } from './fitPicture.js';
import type { Pixels } from './pictureTransform.js';
import { resampleKernel } from './resampleKernel.js';
import { neededRows, resample, rowsFirst, type Resizing } from './resample.js';
import { resamplingTable, type ResamplingTable } from './resamplingTable.js';

/** What `kernels/resample.ts` exports. */
interface ResampleKernel {
  readonly memory: WebAssembly.Memory;
  readonly alongRows: (...args: readonly number[]) => void;
  readonly alongColumns: (...args: readonly number[]) => void;
}

/** Source bytes copied into the kernel at a time: they stay in the CPU cache, and a large picture takes no extra memory. */
const bandBytes = 2 ** 17;

/** Vectors may read and write this many bytes past the end. */
const slack = 32;

/** Byte offsets in the kernel's memory. */
interface Layout {
  readonly across: number;
  readonly down: number;
  readonly source: number;
  readonly wide: number;
  readonly result: number;
  readonly end: number;
}

let loaded: Promise<PictureResampler> | undefined;

/** `resample` with SIMD; compiled with the first picture. */
export async function resizing(): Promise<Resize> {
  loaded ??= PictureResampler.load();
  const resampler = await loaded;
  return (pixels, wanted) => resampler.resample(pixels, wanted);
}

/** Does what `resample` does, to the bit, with SIMD for pictures of three channels. */
export class PictureResampler {
  private constructor(private readonly kernel: ResampleKernel) {}

  /** Compiles the kernel (1 KB). */
  static async load(): Promise<PictureResampler> {
    const bytes = Uint8Array.from(atob(resampleKernel), (character) => character.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new PictureResampler(instance.exports as unknown as ResampleKernel);
  }

  /** A picture at another size. */
  resample(pixels: Pixels, resizing: Resizing): Pixels {
    const { rows, columns, interpolation } = resizing;
    if (pixels.channels !== 3 || interpolation === 'nearest') return resample(pixels, resizing);
    const across = resamplingTable(columns, interpolation);
    const down = resamplingTable(rows, interpolation);
    const [height, width] = [rows.keep.length, columns.keep.length];
    if (rowsFirst(resizing)) return this.resampleRowsFirst(pixels, across, down);
    const needed = neededRows(down);
    const stride = 3 * pixels.width;
    const band = Math.max(1, Math.floor(bandBytes / stride));
    // Whole vectors, and at least one byte past each row: see the kernel.
    const wideStride = 16 * Math.ceil((3 * width + 1) / 16);
    const at = layout(across, down, band * stride, (needed.end - needed.start) * wideStride, 3 * height * width);
    this.reserve(at.end);
    this.write(at.across, across);
    this.write(at.down, down);
    const { memory, alongRows, alongColumns } = this.kernel;
    const bytes = new Uint8Array(memory.buffer);
    for (let first = needed.start; first < needed.end; first += band) {
      const count = Math.min(band, needed.end - first);
      bytes.set(pixels.data.subarray(first * stride, (first + count) * stride), at.source);
      const to = at.wide + (first - needed.start) * wideStride;
      alongRows(at.source, stride, count, at.across, width, across.longest, to, wideStride);
    }
    alongColumns(at.wide, wideStride, needed.start, at.down, height, down.longest, at.result, 3 * width);
    return { data: bytes.slice(at.result, at.result + 3 * height * width), width, height, channels: 3 };
  }

  /** The target rows of all columns, a strip of columns at a time, and then the target columns of these rows. */
  private resampleRowsFirst(pixels: Pixels, across: ResamplingTable, down: ResamplingTable): Pixels {
    const [height, width] = [down.starts.length, across.starts.length];
    const needed = neededRows(down);
    const count = needed.end - needed.start;
    const stride = 3 * pixels.width;
    const strip = Math.min(16 * Math.ceil(stride / 16), 16 * Math.max(1, Math.floor(bandBytes / count / 16)));
    const lowStride = 16 * Math.ceil((stride + 1) / 16);
    const wideStride = 16 * Math.ceil((3 * width + 1) / 16);
    const at = layout(across, down, count * strip, height * (lowStride + strip), height * wideStride);
    this.reserve(at.end);
    this.write(at.across, across);
    this.write(at.down, down);
    const { memory, alongRows, alongColumns } = this.kernel;
    const bytes = new Uint8Array(memory.buffer);
    const low = at.wide + height * strip;
    for (let left = 0; left < stride; left += strip) {
      const taken = Math.min(strip, stride - left);
      for (let y = 0; y < count; y++) {
        const from = (needed.start + y) * stride + left;
        bytes.set(pixels.data.subarray(from, from + taken), at.source + y * strip);
      }
      alongColumns(at.source, strip, needed.start, at.down, height, down.longest, at.wide, strip);
      for (let y = 0; y < height; y++) {
        bytes.copyWithin(low + y * lowStride + left, at.wide + y * strip, at.wide + y * strip + taken);
      }
    }
    alongRows(low, lowStride, height, at.across, width, across.longest, at.result, wideStride);
    const data = new Uint8Array(3 * height * width);
    for (let y = 0; y < height; y++) {
      data.set(bytes.subarray(at.result + y * wideStride, at.result + y * wideStride + 3 * width), y * 3 * width);
    }
    return { data, width, height, channels: 3 };
  }

  private reserve(end: number): void {
    const { memory } = this.kernel;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 2 ** 16));
  }

  private write(at: number, { starts, counts, weights }: ResamplingTable): void {
    const words = new Int32Array(this.kernel.memory.buffer, at);
    words.set(starts);
    words.set(counts, starts.length);
    words.set(weights, 2 * starts.length);
  }
}

function layout(across: ResamplingTable, down: ResamplingTable, source: number, wide: number, result: number): Layout {
  const after = (start: number, bytes: number): number => 16 * Math.ceil((start + bytes + slack) / 16);
  const table = ({ starts, weights }: ResamplingTable): number => 4 * (2 * starts.length + weights.length);
  const begin = 16;
  const downAt = after(begin, table(across));
  const sourceAt = after(downAt, table(down));
  const wideAt = after(sourceAt, source);
  const resultAt = after(wideAt, wide);
  return {
    across: begin,
    down: downAt,
    source: sourceAt,
    wide: wideAt,
    result: resultAt,
    end: after(resultAt, result),
  };
}
