import { expect, test } from 'vitest';
import { GraphBuilder, type Node } from '../../graph/index.js';
import { operators, type Conv2dAttributes } from '../../ops/index.js';
import { Random, sizeOf, type Shape } from '../../tensor/index.js';
import { createReferenceEngine } from '../reference/referenceEngine.js';
import { createWasmEngine } from './wasmEngine.js';

const noise = (seed: number, shape: Shape): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
};

interface Convolution {
  readonly x: Shape;
  readonly w: Shape;
  readonly attributes: Conv2dAttributes;
}

const padded = { padding: [1, 1, 1, 1], dilation: [1, 1] } as const;

/** Depthwise and in groups of four, with several tiles along every axis. */
const convolutions: Readonly<Record<string, Convolution>> = {
  depthwise: { x: [2, 41, 23, 96], w: [3, 3, 1, 96], attributes: { ...padded, strides: [1, 1], groups: 96 } },
  halving: { x: [2, 40, 24, 35], w: [5, 5, 1, 35], attributes: { ...padded, strides: [2, 2], groups: 35 } },
  doubling: { x: [1, 19, 17, 12], w: [3, 3, 1, 24], attributes: { ...padded, strides: [1, 1], groups: 12 } },
  'groups of four': { x: [2, 33, 21, 128], w: [3, 3, 4, 128], attributes: { ...padded, strides: [1, 1], groups: 32 } },
};

/** A convolution with everything around it: bias and activation, which kernels take over, and both gradients. */
function build({ x, w, attributes }: Convolution, activation: 'relu' | 'relu6' | 'swish'): GraphBuilder {
  const graph = new GraphBuilder('channelwise');
  const [input, filters] = [graph.constant(noise(1, x), x), graph.constant(noise(2, w), w)];
  const bias = graph.constant(noise(3, [w[3]]), [w[3]]);
  const y = operators.conv2d(input, filters, attributes);
  const dy = graph.constant(noise(4, y.type.shape), y.type.shape);
  const outputs: Record<string, Node> = {
    y: operators[activation](operators.biasAdd(y, bias)),
    dx: operators.conv2dInputGradient(dy, filters, { ...attributes, shape: x }),
    dw: operators.conv2dFilterGradient(input, dy, { ...attributes, shape: w }),
  };
  for (const [name, node] of Object.entries(outputs)) graph.output(name, node);
  return graph;
}

test.each(Object.keys(convolutions))(
  '%s convolutions do not depend on the number of threads, bit for bit',
  async (name) => {
    const runs: Uint8Array[] = [];
    for (const options of [{ sharedMemory: false }, { threads: 1 }, { threads: 2 }, { threads: 5 }]) {
      const engine = await createWasmEngine(options);
      const outputs = await engine.compile(build(convolutions[name], 'relu').finish()).run({});
      runs.push(Buffer.concat(Object.values(outputs).map(({ data }) => new Uint8Array(data.buffer as ArrayBuffer))));
      await engine.close();
    }
    for (const run of runs.slice(1)) expect(Buffer.compare(run, runs[0])).toBe(0);
  },
);

test.each(Object.keys(convolutions))('%s convolutions with bias and activation', async (name) => {
  const [engine, reference] = [await createWasmEngine({ threads: 2 }), await createReferenceEngine()];
  for (const activation of ['relu', 'relu6', 'swish'] as const) {
    const graph = build(convolutions[name], activation).finish();
    const [got, wanted] = [await engine.compile(graph).run({}), await reference.compile(graph).run({})];
    for (const [output, tensor] of Object.entries(wanted)) {
      const data = Array.from<number>(tensor.data);
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const error = data.reduce((most, value, i) => Math.max(most, Math.abs(value - got[output].data[i])), 0);
      expect(error, `${activation}, ${output}`).toBeLessThan(2e-5 * largest);
    }
  }
  await Promise.all([engine.close(), reference.close()]);
});

test('numbers beside a picture do not leak into it', async () => {
  // 0 · NaN is NaN: a border made of weights of zero instead of zeros would show.
  const engine = await createWasmEngine({ threads: 1 });
  const graph = new GraphBuilder('borders');
  const x = graph.input('x', [2, 6, 7, 5]);
  const w = graph.constant(noise(2, [3, 3, 1, 5]), [3, 3, 1, 5]);
  graph.output('y', operators.conv2d(x, w, { ...padded, strides: [1, 1], groups: 5 }));
  const data = noise(1, [2, 6, 7, 5]).fill(NaN, 0, 6 * 7 * 5);
  const { y } = await engine.compile(graph.finish()).run({ x: data });
  expect(Array.from<number>(y.data.subarray(6 * 7 * 5)).some(Number.isNaN)).toBe(false);
  await engine.close();
});
