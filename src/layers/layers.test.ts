import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../engine/contract.js';
import { createReferenceEngine } from '../engine/reference/referenceEngine.js';
import { GraphBuilder, type Node } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import type { Layer, LayerContext } from './layer.js';
import { layers } from './layers.js';
import { layerClasses } from './layerTable.js';
import { runLayer } from './runLayer.js';

describe('the table of layers', () => {
  it('has a factory for every class', () => {
    const classes = Object.keys(layerClasses).map((name) => name.toLowerCase());
    expect(
      Object.keys(layers)
        // Other names of factories, which test/habits.test.ts tries.
        .filter((name) => !/Pool[12]d$/.test(name))
        .map((name) => name.toLowerCase())
        .sort(),
    ).toEqual(classes.sort());
  });

  it('says what renamed layers are called now', () => {
    const old = layers as unknown as Record<string, unknown>;
    expect(() => old.reLU).toThrow(/^layers\.reLU: renamed; use layers\.relu$/);
    expect(() => old.pReLU).toThrow(/use layers\.prelu/);
    expect(Object.keys(layers)).not.toContain('leakyReLU');
  });
});

describe('a stack of layers on the reference engine', () => {
  let engine: Engine | undefined;
  afterEach(async () => {
    await engine?.close();
  });

  const stack = (): readonly Layer[] => [
    layers.rescaling({ scale: 1 / 255, name: 'scale' }),
    layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', useBias: false, name: 'conv' }),
    layers.batchNormalization({ name: 'norm', momentum: 0.5 }),
    layers.relu({ name: 'relu' }),
    layers.maxPooling2d({ name: 'pool' }),
    layers.flatten({ name: 'flat' }),
    layers.dropout({ rate: 0.5, name: 'drop' }),
    layers.dense({ units: 4, activation: 'softmax', name: 'head' }),
  ];
  const shape: Shape = [2, 6, 6, 1];
  const pixels = Float32Array.from({ length: 72 }, (_, i) => (i * 37) % 256);

  function chain(all: readonly Layer[], context: LayerContext): Node {
    return all.reduce(
      (x, layer) => {
        layer.buildOnce([x.type.shape.slice(1)], 1);
        return layer.call(context, [x]);
      },
      context.graph.input('x', shape),
    );
  }

  it('gives what the layers give one by one', async () => {
    const all = stack();
    const graph = new GraphBuilder('predict');
    graph.output('y', chain(all, { graph, training: false, step: undefined }));
    engine = await createReferenceEngine();
    const { y } = await engine.compile(graph.finish()).run({ x: pixels });

    let value: { shape: Shape; values: ArrayLike<number> } = { shape, values: pixels };
    for (const layer of stack()) value = runLayer(layer, [value]);
    expect(y.shape).toEqual([2, 4]);
    // The engine hands out float32.
    expect([...y.data]).toEqual([...Float32Array.from(value.values)]);
    const first = [...y.data].slice(0, 4).reduce((a, b) => a + b, 0);
    expect(first).toBeCloseTo(1, 6);
  });

  it('changes running statistics, and nothing else, in training', async () => {
    const all = stack();
    const graph = new GraphBuilder('train');
    const step = graph.input('step', [], 'int32');
    graph.output('y', chain(all, { graph, training: true, step }));
    engine = await createReferenceEngine();
    const program = engine.compile(graph.finish());
    const before = await readAll(engine, all);
    const first = await program.run({ x: pixels, step: Int32Array.of(1) });
    const after = await readAll(engine, all);
    const changed = Object.keys(before).filter((name) => before[name].join() !== after[name].join());
    expect(changed).toEqual(['norm/movingMean', 'norm/movingVariance']);
    const second = await program.run({ x: pixels, step: Int32Array.of(2) });
    expect(second.y.data).not.toEqual(first.y.data);
  });
});

async function readAll(engine: Engine, all: readonly Layer[]): Promise<Record<string, Float32Array>> {
  const variables = all.flatMap((layer) => layer.weights.map(({ variable }) => variable));
  const values = await Promise.all(variables.map((variable) => engine.read(variable)));
  return Object.fromEntries(variables.map(({ name }, i) => [name, values[i]]));
}
