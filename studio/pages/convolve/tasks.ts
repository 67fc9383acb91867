import { input, layers, model, Tensor, type Engine, type Model } from 'striate';
import type { TaskContext, Tasks } from '../../engine/protocol.js';
import { letterVotes } from './letterVotes.js';
import type { WindowSettings } from './geometry.js';

/** What is to be convolved. */
export interface ConvolveInput extends Omit<WindowSettings, 'size'> {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The picture's numbers, row by row, the channels of a pixel side by side. */
  readonly data: Float32Array;
  /** Kernels with a slice for each channel, row by row. */
  readonly kernels: readonly {
    readonly size: number;
    readonly slices: readonly (readonly number[])[];
    readonly bias: number;
  }[];
  readonly relu: boolean;
  readonly pool: 'none' | 'max' | 'average';
}

/** Numbers in rows and columns. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** What a kernel made of the picture. */
export interface ConvolveMap {
  readonly map: Grid;
  readonly pooled: Grid | undefined;
}

/** Networks of the last shapes: while a window moves or weights change, the program stays. */
const kept = new Map<string, Model>();
const mostKept = 4;

async function convolve(asked: ConvolveInput, { engine }: TaskContext): Promise<ConvolveMap[]> {
  const { height, width, channels, data, kernels, pool } = asked;
  const network = networkOf(asked, engine);
  await network.setWeights(
    new Map(
      kernels.flatMap(({ size, slices, bias }, k) => [
        [`kernel${k}/kernel`, new Tensor('float32', [size, size, channels, 1], interleaved(slices))] as const,
        [`kernel${k}/bias`, new Tensor('float32', [1], Float32Array.of(bias))] as const,
      ]),
    ),
  );
  const maps = await network.predictAll(new Tensor('float32', [1, height, width, channels], data));
  const each = pool === 'none' ? 1 : 2;
  return kernels.map((_, k) => ({
    map: gridOf(maps[each * k]),
    pooled: pool === 'none' ? undefined : gridOf(maps[each * k + 1]),
  }));
}

/** One convolution for each kernel, as kernels may be of several sizes, with what follows. */
function networkOf(asked: ConvolveInput, engine: Engine): Model {
  const { height, width, channels, kernels, stride, padding, dilation, relu, pool } = asked;
  const key = [
    height,
    width,
    channels,
    kernels.map(({ size }) => size).join(),
    stride,
    padding,
    dilation,
    relu,
    pool,
  ].join('/');
  const before = kept.get(key);
  if (before) return before;
  const picture = input({ shape: [height, width, channels] });
  const outputs = kernels.flatMap(({ size }, k) => {
    const convolution = layers.conv2d({
      filters: 1,
      kernelSize: size,
      strides: stride,
      padding,
      dilationRate: dilation,
      name: `kernel${k}`,
    });
    const summed = convolution.apply(picture);
    const map = relu ? layers.relu().apply(summed) : summed;
    if (pool === 'none') return [map];
    const options = { poolSize: 2, strides: 2, ceilMode: true };
    return [map, (pool === 'max' ? layers.maxPooling2d(options) : layers.averagePooling2d(options)).apply(map)];
  });
  const network = model({ inputs: picture, outputs, name: 'convolve' });
  network.useEngine({ engine });
  kept.set(key, network);
  if (kept.size > mostKept) {
    const [[oldest, forgotten]] = kept;
    kept.delete(oldest);
    void forgotten.dispose();
  }
  return network;
}

/** Weights as layers have them: the channels of a cell side by side. */
function interleaved(slices: readonly (readonly number[])[]): Float32Array {
  const cells = slices[0].length;
  return Float32Array.from(
    { length: cells * slices.length },
    (_, i) => slices[i % slices.length][Math.floor(i / slices.length)],
  );
}

function gridOf({ shape, data }: Tensor): Grid {
  return { height: shape[1], width: shape[2], data: Float32Array.from(data as Float32Array) };
}

/** What the page has computed. */
export const tasks = { convolve, letterVotes } satisfies Tasks;
