import type { Parameter } from '../../address/parameters.js';
import { say } from './strings.js';

/** A kernel: size × size weights for each channel, or one slice that all channels share, and a bias. */
export interface Kernel {
  /** As an address has it: a name, or all its numbers. */
  readonly name: string;
  readonly size: number;
  /** Row by row. */
  readonly slices: readonly (readonly number[])[];
  readonly bias: number;
}

/** What can be picked, by the names that addresses have. The last are the lectures'. */
const known: Readonly<Record<string, Omit<Kernel, 'name' | 'size'>>> = {
  'vertical-edges': { slices: [[-1, 0, 1, -2, 0, 2, -1, 0, 1]], bias: 0 },
  'horizontal-edges': { slices: [[-1, -2, -1, 0, 0, 0, 1, 2, 1]], bias: 0 },
  outline: { slices: [[-1, -1, -1, -1, 8, -1, -1, -1, -1]], bias: 0 },
  blur: { slices: [Array.from({ length: 9 }, () => 1 / 9)], bias: 0 },
  sharpen: { slices: [[0, -1, 0, -1, 5, -1, 0, -1, 0]], bias: 0 },
  emboss: { slices: [[-2, -1, 0, -1, 1, 1, 0, 1, 2]], bias: 0 },
  gaussian: {
    slices: [[1, 4, 6, 4, 1, 4, 16, 24, 16, 4, 6, 24, 36, 24, 6, 4, 16, 24, 16, 4, 1, 4, 6, 4, 1].map((v) => v / 256)],
    bias: 0,
  },
  diagonal: { slices: [[1, -1, -1, -1, 1, -1, -1, -1, 1]], bias: 0 },
  crossing: { slices: [[1, -1, 1, -1, 1, -1, 1, -1, 1]], bias: 0 },
  rising: { slices: [[-1, -1, 1, -1, 1, -1, 1, -1, -1]], bias: 0 },
  'lecture-cross': { slices: [[1, 0, 1, 0, 1, 0, 1, 0, 1]], bias: 0 },
  'lecture-3': {
    slices: [
      [-1, -1, 1, 0, 1, -1, 0, 1, 1],
      [1, 0, 0, 1, -1, -1, 1, 0, -1],
      [0, 1, 1, 0, 1, 0, 1, -1, 1],
    ],
    bias: 1,
  },
};

/** The names of the kernels that can be picked. */
export const kernelNames: readonly string[] = Object.keys(known);

/** The most rows of a kernel. */
export const mostRows = 7;
/** The most kernels at once. */
const mostKernels = 6;

/** A kernel by its name, its size (of ones), or its numbers, `1_0_1;0_1_0;1_0_1`; undefined for anything else. */
export function readKernel(text: string): Kernel | undefined {
  if (Object.hasOwn(known, text)) {
    const { slices, bias } = known[text];
    return { name: text, size: Math.sqrt(slices[0].length), slices, bias };
  }
  if (/^[1-7]$/.test(text)) {
    const size = Number(text);
    return { name: text, size, slices: [Array.from({ length: size * size }, () => 1)], bias: 0 };
  }
  const [weights, biasText = '0'] = text.split(':');
  const slices = weights.split('|').map((slice) => slice.split(';').map((row) => row.split('_').map(readNumber)));
  const size = slices[0].length;
  const isWhole = slices.every((slice) => slice.length === size && slice.every((row) => row.length === size));
  const all = [...slices.flat(2), readNumber(biasText)];
  if (!isWhole || size > mostRows || ![1, 3].includes(slices.length) || all.some(Number.isNaN)) return undefined;
  return { name: text, size, slices: slices.map((slice) => slice.flat()), bias: readNumber(biasText) };
}

/** A kernel of given numbers, named by them. */
export function kernelOf({ size, slices, bias }: Omit<Kernel, 'name'>): Kernel {
  const rows = (slice: readonly number[]): string =>
    Array.from({ length: size }, (_, row) =>
      slice
        .slice(row * size, (row + 1) * size)
        .map(writeNumber)
        .join('_'),
    ).join(';');
  const name = slices.map(rows).join('|') + (bias === 0 ? '' : `:${writeNumber(bias)}`);
  return { name, size, slices, bias };
}

/** A kernel of another size: zeros around it, or its middle. */
export function resized(kernel: Kernel, size: number): Kernel {
  const before = readKernel(kernel.name);
  const shift = Math.floor((size - kernel.size) / 2);
  const slices = (before ?? kernel).slices.map((slice) =>
    Array.from({ length: size * size }, (_, i) => {
      const [row, column] = [Math.floor(i / size) - shift, (i % size) - shift];
      const isInside = row >= 0 && column >= 0 && row < kernel.size && column < kernel.size;
      return isInside ? slice[row * kernel.size + column] : 0;
    }),
  );
  return kernelOf({ size, slices, bias: kernel.bias });
}

/** The kernels of an address, side by side. */
export function kernelList(initial: string): Parameter<readonly Kernel[]> {
  return {
    initial: [readKernel(initial)!],
    read: (text) => {
      const kernels = text.split(',').map(readKernel);
      const isGood = kernels.length <= mostKernels && kernels.every((kernel) => kernel !== undefined);
      return isGood ? kernels : undefined;
    },
    write: (kernels) => kernels.map(({ name }) => name).join(','),
    accepts: () => say.acceptsKernels(kernelNames.join(', '), mostRows),
  };
}

function readNumber(text: string): number {
  return /^-?\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
}

function writeNumber(value: number): string {
  return String(Number(value.toFixed(4)));
}
