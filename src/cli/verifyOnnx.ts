import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { files } from '#platform';
import type { Model } from '../models/index.js';
import { formatShape, Random, sameShape, sizeOf, StriateError, Tensor, type Shape } from '../tensor/index.js';
import { toChannelsFirst, toChannelsLast } from './channelOrder.js';

/** What is used of onnxruntime-node. */
interface Runtime {
  readonly InferenceSession: { create(bytes: Uint8Array): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: Shape) => unknown;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: object): Promise<Record<string, { readonly data: Float32Array; readonly dims: Shape }>>;
  release(): Promise<void>;
}

/** What a comparison found. */
export interface Verified {
  /** onnxruntime-node's version. */
  readonly runtime: string;
  /** The largest difference, in standard deviations of the outputs. */
  readonly deviation: number;
}

/** Float32 sums in another order differ by less; a wrong operator by more. */
const allowed = 1e-3;

/** Pictures that are compared. */
const batch = 2;

/**
 * Runs an exported file with the onnxruntime-node of the folder one is in, on two random pictures, and compares.
 *
 * @throws StriateError when there is no onnxruntime-node, and when its outputs are others than the model's.
 */
export async function verifyOnnx(model: Model, path: string, layout: 'NCHW' | 'NHWC' = 'NCHW'): Promise<Verified> {
  const { runtime, version } = loadRuntime();
  const random = new Random(1);
  const inputs = model.inputs.map(({ shape }) => {
    const data = Float32Array.from({ length: batch * sizeOf(shape) }, () => random.normal());
    return new Tensor('float32', [batch, ...shape], data);
  });
  const session = await runtime.InferenceSession.create(await files.read(path));
  try {
    const feeds = session.inputNames.map((name, i) => {
      const { data, shape } = layout === 'NCHW' ? toChannelsFirst(inputs[i]) : inputs[i];
      return [name, new runtime.Tensor('float32', data, shape)] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    const expected = await model.predictAll(inputs.length === 1 ? inputs[0] : inputs);
    const deviations = session.outputNames.map((name, i) => {
      const { data, dims } = results[name];
      const output = new Tensor('float32', dims, Float32Array.from(data));
      return deviation(path, layout === 'NCHW' ? toChannelsLast(output) : output, expected[i]);
    });
    return { runtime: version, deviation: Math.max(...deviations) };
  } finally {
    await session.release();
  }
}

function loadRuntime(): { runtime: Runtime; version: string } {
  const require = createRequire(join(process.cwd(), 'package.json'));
  try {
    const runtime = require('onnxruntime-node') as Runtime;
    const manifest = readFileSync(require.resolve('onnxruntime-node/package.json'), 'utf8');
    return { runtime, version: (JSON.parse(manifest) as { version: string }).version };
  } catch (error) {
    throw new StriateError(
      {
        where: '--verify',
        rule: 'needs onnxruntime-node, which is not installed in this folder',
        advice: 'run npm install onnxruntime-node here, or leave --verify out (the file is written)',
      },
      { cause: error },
    );
  }
}

function deviation(path: string, received: Tensor<'float32'>, expected: Tensor<'float32'>): number {
  if (!sameShape(received.shape, expected.shape)) {
    throw new StriateError({
      where: path,
      rule: `onnxruntime gives ${formatShape(received.shape)}, the model ${formatShape(expected.shape)}`,
      advice: 'please report this',
    });
  }
  const { data } = expected;
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length) || 1;
  const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - received.data[i])), 0) / spread;
  if (worst <= allowed) return worst;
  throw new StriateError({
    where: path,
    rule: `onnxruntime's outputs differ from the model's by ${worst.toPrecision(2)} of their spread`,
    advice: `at most ${allowed} is rounding; please report this`,
  });
}
