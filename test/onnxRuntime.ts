import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Tensor, type Shape } from '../src/tensor/index.js';

/** What is used of onnxruntime-node. */
interface Runtime {
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: object,
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(
        feeds: object,
      ): Promise<Record<string, { readonly data: Float32Array | BigInt64Array; readonly dims: Shape }>>;
      release(): Promise<void>;
    }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: Shape) => unknown;
}

const peers = new URL('../bench/peers/package.json', import.meta.url);

/** onnxruntime-node of bench/peers; undefined where `npm run bench:install` has not been run. */
export function onnxRuntime(): Runtime | undefined {
  if (!existsSync(new URL('node_modules/onnxruntime-node/package.json', peers))) return undefined;
  return createRequire(peers)('onnxruntime-node') as Runtime;
}

/** The values [N, a, b, c] with their axes in another order. */
function permuted({ data, shape }: Tensor<'float32'>, axes: readonly number[]): Tensor<'float32'> {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sizes = axes.map((axis) => shape[axis]);
  const result = new Float32Array(data.length);
  for (let i = 0; i < result.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      from += (rest % sizes[axis]) * strides[axes[axis]];
      rest = Math.floor(rest / sizes[axis]);
    }
    result[i] = data[from];
  }
  return new Tensor('float32', sizes, result);
}

/** Runs an ONNX file on inputs of Striate's layout and gives its outputs in Striate's layout. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: readonly Tensor<'float32'>[],
  layout: 'NCHW' | 'NHWC' = 'NCHW',
): Promise<Tensor<'float32'>[]> {
  const runtime = onnxRuntime()!;
  const session = await runtime.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const turns = (shape: Shape): boolean => layout === 'NCHW' && shape.length === 4;
  const feeds = session.inputNames.map((name, i) => {
    const { shape, data } = turns(inputs[i].shape) ? permuted(inputs[i], [0, 3, 1, 2]) : inputs[i];
    return [name, new runtime.Tensor('float32', data, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  const outputs = session.outputNames.map((name) => {
    const { data, dims } = results[name];
    const output = new Tensor('float32', dims, Float32Array.from(data, Number));
    return turns(dims) ? permuted(output, [0, 2, 3, 1]) : output;
  });
  await session.release();
  return outputs;
}
