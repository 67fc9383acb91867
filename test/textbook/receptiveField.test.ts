import { describe, expect, it } from 'vitest';
import {
  gradients,
  GraphBuilder,
  input,
  layers,
  model,
  openEngine,
  operators,
  sequential,
  summarize,
  type Layer,
  type Model,
} from '../../src/index.js';

const conv = (kernelSize: number, options: Partial<Parameters<typeof layers.conv2d>[0]> = {}): Layer =>
  layers.conv2d({ filters: 1, kernelSize, ...options });

const fieldsOf = (net: Model): (number | undefined)[] =>
  summarize(net).layers.map(({ receptiveField }) => receptiveField?.[0]);

describe('how much of the input a layer sees', () => {
  it('two stacked 3×3 convolutions see 5×5, three see 7×7', () => {
    const net = sequential([conv(3), conv(3), conv(3)]).build([9, 9, 1]);
    expect(summarize(net).layers.map(({ receptiveField }) => receptiveField)).toEqual([
      [3, 3],
      [5, 5],
      [7, 7],
    ]);
  });

  it('counts strides, pooling and dilation', () => {
    const stack = [conv(7, { strides: 2 }), layers.maxPooling2d({ poolSize: 3, strides: 2 }), conv(3), conv(3)];
    // 7; 7 + 2·2 = 11; + 2·4 = 19; + 2·4 = 27
    expect(fieldsOf(sequential(stack).build([64, 64, 1]))).toEqual([7, 11, 19, 27]);
    expect(fieldsOf(sequential([conv(3, { dilationRate: 2 }), conv(3)]).build([9, 9, 1]))).toEqual([5, 7]);
    const oblong = sequential([layers.conv2d({ filters: 1, kernelSize: [1, 5], inputShape: [5, 5, 1] })]);
    expect(summarize(oblong).layers[0].receptiveField).toEqual([1, 5]);
    expect(fieldsOf(sequential([conv(3), layers.averagePooling2d()]).build([8, 8, 1]))).toEqual([3, 4]);
  });

  it('is the widest of the branches where they meet, and everything after flatten or global pooling', () => {
    const picture = input({ shape: [12, 12, 1] });
    const narrow = conv(1, { padding: 'same', name: 'narrow' }).apply(picture);
    const wide = conv(5, { padding: 'same', name: 'wide' }).apply(
      conv(3, { padding: 'same', name: 'first' }).apply(picture),
    );
    const both = layers.concatenate({ name: 'both' }).apply(narrow, wide);
    const after = conv(3, { name: 'after' }).apply(both);
    const means = layers.globalAveragePooling2d({ name: 'means' }).apply(after);
    const net = model({ inputs: picture, outputs: means });
    const fields = Object.fromEntries(
      summarize(net).layers.map(({ name, receptiveField }) => [name, receptiveField?.[0]]),
    );
    expect(fields).toMatchObject({ narrow: 1, first: 3, wide: 7, both: 7, after: 9 });
    expect(fields.means).toBeGreaterThanOrEqual(12);
  });

  it('is what the gradient by the input says: nothing outside, something at every edge', async () => {
    const net = sequential({ layers: [conv(3), conv(3, { strides: 2 }), layers.averagePooling2d(), conv(2)], seed: 3 });
    net.build([31, 31, 1]);
    const [side] = summarize(net).layers.at(-1)!.receptiveField!;
    const engine = await openEngine('reference');
    const graph = new GraphBuilder('field');
    const x = graph.input('x', [1, 31, 31, 1]);
    let value = x;
    for (const layer of net.layers) value = layer.call({ graph, training: false, step: undefined }, [value]);
    const [, height, width] = value.type.shape;
    const middle = new Float32Array(height * width);
    middle[Math.floor(height / 2) * width + Math.floor(width / 2)] = 1;
    const chosen = operators.mul(value, graph.constant(middle, [1, height, width, 1]));
    const loss = operators.reduceSum(chosen, { axes: [0, 1, 2, 3], keepDims: false });
    graph.output('dx', gradients(loss, [x])[0]!);
    const { dx } = await engine
      .compile(graph.finish())
      .run({ x: Float32Array.from({ length: 961 }, (_, i) => Math.sin(i)) });
    const seen = [...dx.data].flatMap((d, i) => (d !== 0 ? [i] : []));
    const rows = seen.map((i) => Math.floor(i / 31));
    const columns = seen.map((i) => i % 31);
    expect(Math.max(...rows) - Math.min(...rows) + 1).toBe(side);
    expect(Math.max(...columns) - Math.min(...columns) + 1).toBe(side);
    await engine.close();
  });
});
