import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { input, layers, type SymbolicTensor } from '../layers/index.js';
import { sizeOf, Tensor, type Shape } from '../tensor/index.js';
import { decodeSafetensors, encodeSafetensors } from '../tensor/safetensors.js';
import { pytorchShapes } from './index.js';
import { model as functional, sequential, type Model } from '../models/index.js';

const folder = mkdtempSync(join(tmpdir(), 'striate-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A tensor that counts up from `start`. */
function counting(shape: Shape, start = 0): Tensor<'float32'> {
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => start + i),
  );
}

/** Every tensor of a model under PyTorch's names, counting up. */
function tensorsOf(model: Model): Map<string, Tensor<'float32'>> {
  return new Map([...pytorchShapes(model)].map(([name, shape], i) => [name, counting(shape, 100 * i)]));
}

async function weight(model: Model, name: string): Promise<Tensor<'float32'>> {
  return (await model.getWeights()).get(name)!;
}

/** A model of all layers that PyTorch has, on the reference engine. */
function everything(): Model {
  const picture = input({ shape: [6, 5, 2] });
  let x = layers.conv2d({ name: 'stem.conv', filters: 4, kernelSize: [3, 1], groups: 2 }).apply(picture);
  x = layers.batchNormalization({ name: 'stem.bn' }).apply(x);
  x = layers.depthwiseConv2d({ name: 'dw', kernelSize: [1, 2], depthMultiplier: 2 }).apply(x);
  x = layers.dropout({ rate: 0.1 }).apply(layers.flatten().apply(layers.relu().apply(x)));
  x = layers.batchNormalization({ name: 'norm' }).apply(x);
  return functional({ inputs: picture, outputs: layers.dense({ name: 'fc', units: 3 }).apply(x) });
}

describe('weights in PyTorch’s names and layouts', () => {
  it('have PyTorch’s names and shapes', () => {
    expect(Object.fromEntries(pytorchShapes(everything()))).toEqual({
      'stem.conv.weight': [4, 1, 3, 1],
      'stem.conv.bias': [4],
      'stem.bn.weight': [4],
      'stem.bn.bias': [4],
      'stem.bn.running_mean': [4],
      'stem.bn.running_var': [4],
      'dw.weight': [8, 1, 1, 2],
      'dw.bias': [8],
      'norm.weight': [128],
      'norm.bias': [128],
      'norm.running_mean': [128],
      'norm.running_var': [128],
      'fc.weight': [3, 128],
      'fc.bias': [3],
    });
  });

  it('go where they belong: OIHW to HWIO, dense rows from channel-row-column to row-column-channel', async () => {
    const model = everything();
    const tensors = tensorsOf(model);
    await model.loadWeights(tensors);
    const conv = await weight(model, 'stem.conv/kernel');
    // Kernel row 2, the group's only channel, filter 3.
    expect(conv.data[2 * 4 + 3]).toBe(tensors.get('stem.conv.weight')!.data[3 * 3 + 2]);
    const depthwise = await weight(model, 'dw/kernel');
    // Column 1, channel 2, second of its two filters: output channel 2 · 2 + 1.
    expect(depthwise.data[1 * 8 + 2 * 2 + 1]).toBe(tensors.get('dw.weight')!.data[5 * 2 + 1]);
    // The map is [4, 4, 8]: row 1, column 2, channel 3 stands at 3 · 16 + 1 · 4 + 2 in PyTorch.
    const [ours, theirs] = [(1 * 4 + 2) * 8 + 3, 3 * 16 + 1 * 4 + 2];
    expect((await weight(model, 'fc/kernel')).data[ours * 3 + 2]).toBe(
      tensors.get('fc.weight')!.data[2 * 128 + theirs],
    );
    expect((await weight(model, 'norm/movingVariance')).data[ours]).toBe(tensors.get('norm.running_var')!.data[theirs]);
    expect((await weight(model, 'stem.bn/beta')).data).toEqual(tensors.get('stem.bn.bias')!.data);
    expect((await weight(model, 'fc/bias')).data).toEqual(tensors.get('fc.bias')!.data);
  });

  it('come back as they were from saveWeights, for PyTorch to read', async () => {
    const model = everything();
    const tensors = tensorsOf(model);
    await model.loadWeights(tensors);
    const path = join(folder, 'everything.safetensors');
    await model.saveWeights(path, { format: 'pytorch' });
    const written = decodeSafetensors(await readFile(path), path);
    expect(written.tensors).toEqual(tensors);
    expect(written.metadata).toEqual({ format: 'pt' });
    const other = everything();
    expect(await other.loadWeights(path)).toMatchObject({ format: 'pytorch', missing: [], leftOver: [] });
    expect(await other.getWeights()).toEqual(await model.getWeights());
  });

  it.each([
    ['behind a flatten', (x: SymbolicTensor) => layers.flatten().apply(x), true],
    ['behind a reshape', (x: SymbolicTensor) => layers.reshape({ targetShape: [12] }).apply(x), true],
    ['behind two poolings joined', twoFlattened, true],
    ['behind a pooling', (x: SymbolicTensor) => layers.globalAveragePooling2d().apply(x), false],
  ])('a dense layer %s', async (_, flat, turned) => {
    const picture = input({ shape: [2, 2, 3] });
    const value = flat(picture);
    const model = functional({ inputs: picture, outputs: layers.dense({ name: 'fc', units: 1 }).apply(value) });
    await model.loadWeights(tensorsOf(model));
    const rows = [...(await weight(model, 'fc/kernel')).data].slice(0, 12);
    const channelsLast = [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11];
    expect(rows).toEqual(turned ? channelsLast : [0, 1, 2]);
  });

  it('are found under the layers’ other names, with kernels where there are matrices here', async () => {
    const build = (otherNames?: Record<string, string>): Model => {
      const picture = input({ shape: [3, 3, 2] });
      const flat = layers.flatten().apply(layers.conv2d({ name: 'conv', filters: 5, kernelSize: 2 }).apply(picture));
      const fc = layers.dense({ name: 'classifier.0', units: 3, ...(otherNames && { otherNames }) });
      return functional({ inputs: picture, outputs: fc.apply(flat) });
    };
    const [one, other] = [build(), build({ elsewhere: 'nowhere', timm: 'pre_logits.fc1' })];
    const own = tensorsOf(one);
    await one.loadWeights(own);
    const kernel = own.get('classifier.0.weight')!.reshape([3, 5, 2, 2]);
    const theirs = new Map(own).set('pre_logits.fc1.weight', kernel).set('pre_logits.fc1.bias', counting([3], 300));
    theirs.delete('classifier.0.weight');
    theirs.delete('classifier.0.bias');
    const report = await other.loadWeights(theirs);
    expect(report.loaded).toEqual(['conv.weight', 'conv.bias', 'pre_logits.fc1.weight', 'pre_logits.fc1.bias']);
    expect(await other.getWeights()).toEqual(await one.getWeights());
    // Their own names still do.
    expect((await other.loadWeights(own)).loaded).toEqual([...own.keys()]);
    // Without the other name, the same file is refused under the names that the layers have.
    await expect(one.loadWeights(theirs)).rejects.toThrow(
      /2 tensors are missing: classifier.0.weight, classifier.0.bias; 2 tensors are left over: pre_logits.fc1.weight/,
    );
  });

  it('are found behind a wrapper’s prefix, in other number types, and beside counters', async () => {
    const model = sequential([layers.dense({ name: 'fc', units: 2, inputShape: [2] })]);
    const report = await model.loadWeights(
      encodeSafetensors([
        ['module.fc.weight', new Tensor('int32', [2, 2, 1, 1], Int32Array.of(1, 2, 3, 4))],
        ['module.fc.bias', counting([2])],
        ['module.bn.num_batches_tracked', new Tensor('int32', [], Int32Array.of(7))],
      ]),
    );
    expect(report).toMatchObject({ loaded: ['fc.weight', 'fc.bias'], leftOver: [] });
    expect([...(await weight(model, 'fc/kernel')).data]).toEqual([1, 3, 2, 4]);
  });
});

/** The picture flattened, and its means behind it. */
function twoFlattened(x: SymbolicTensor): SymbolicTensor {
  return layers.concatenate().apply(layers.flatten().apply(x), layers.globalAveragePooling2d().apply(x));
}

describe('weights that do not fit', () => {
  /** What `loadWeights` says when a model's tensors were changed. */
  async function said(
    change: (tensors: Map<string, Tensor<'float32'>>) => void,
    model = everything(),
  ): Promise<string> {
    const tensors = tensorsOf(model);
    change(tensors);
    const before = await model.getWeights();
    const error: unknown = await model.loadWeights(tensors).catch((reason: unknown) => reason);
    expect(await model.getWeights()).toEqual(before);
    return (error as Error).message;
  }

  it('are named: missing, left over, of another shape', async () => {
    const message = await said((tensors) => {
      tensors.delete('fc.weight');
      tensors.delete('fc.bias');
      tensors.set('head.weight', counting([3, 128]));
      tensors.set('stem.conv.weight', counting([4, 2, 3, 1]));
    });
    expect(message).toBe(
      'loadWeights: 2 tensors are missing: fc.weight, fc.bias; 1 tensor is left over: head.weight; 1 tensor has another ' +
        'shape: stem.conv.weight [4, 2, 3, 1], which is [4, 1, 3, 1] in the model; use the file of this model, or load ' +
        'what fits with { strict: false }',
    );
  });

  it('of another architecture are told in one short line', async () => {
    const message = await said((tensors) => {
      const names = [...tensors.keys()];
      for (const name of names.slice(1)) tensors.delete(name);
      for (let i = 0; i < 60; i++) tensors.set(`blocks.${i}.weight`, counting([1]));
    });
    expect(message).toMatch(
      /13 tensors are missing: stem.conv.bias, .* and 10 more; 60 tensors are left over: .* and 57 more/,
    );
    expect(message).toMatch(/another architecture/);
    expect(message.length).toBeLessThan(300);
  });

  it('for another number of classes, or without auxiliary classifiers, come with advice', async () => {
    const classes = await said((tensors) => {
      tensors.set('fc.weight', counting([7, 128]));
      tensors.set('fc.bias', counting([7]));
    });
    expect(classes).toMatch(/fc.bias \[7\], which is \[3\] in the model; create the model with \{ classes: 7 \}/);
    const leftOver = await said((tensors) => tensors.set('AuxLogits.fc.weight', counting([1])));
    expect(leftOver).toMatch(/auxiliary: true/);
    const picture = input({ shape: [3] });
    const hidden = layers
      .dense({ name: 'aux1.fc1', units: 2 })
      .apply(layers.dense({ name: 'a', units: 2 }).apply(picture));
    const model = functional({ inputs: picture, outputs: hidden });
    const missing = await said((tensors) => tensors.delete('aux1.fc1.bias'), model);
    expect(missing).toMatch(/1 tensor is missing: aux1.fc1.bias; .*auxiliary: false/);
  });

  it('are loaded as far as they fit with { strict: false }', async () => {
    const model = everything();
    const before = await weight(model, 'fc/kernel');
    const tensors = tensorsOf(model);
    tensors.set('fc.weight', counting([7, 128]));
    tensors.delete('dw.bias');
    tensors.set('extra', counting([1]));
    const report = await model.loadWeights(tensors, { strict: false });
    expect(report).toMatchObject({
      missing: ['dw.bias'],
      leftOver: ['extra'],
      misshaped: [{ name: 'fc.weight', expected: [3, 128], received: [7, 128] }],
    });
    expect(report.loaded).toHaveLength(12);
    expect(await weight(model, 'fc/kernel')).toEqual(before);
    expect((await weight(model, 'stem.bn/gamma')).data).toEqual(tensors.get('stem.bn.weight')!.data);
    const nothing = new Map([['extra', counting([1])]]);
    await expect(model.loadWeights(nothing, { strict: false })).rejects.toThrow(/14 tensors are missing/);
  });
});

describe('weights of layers of signals', () => {
  it('make of PyTorch’s numbers what PyTorch makes of them', async () => {
    const signal = input({ shape: [12, 3] });
    let x = layers
      .conv1d({ name: 'conv', filters: 4, kernelSize: 3, strides: 2, padding: 1, activation: 'relu' })
      .apply(signal);
    x = layers.conv1dTranspose({ name: 'up', filters: 4, kernelSize: 4, strides: 2, padding: 1 }).apply(x);
    x = layers.separableConv1d({ name: 'sep', filters: 5, kernelSize: 3, depthMultiplier: 2 }).apply(x);
    x = layers.flatten().apply(layers.maxPooling1d(2).apply(x));
    const net = functional({ inputs: signal, outputs: layers.dense({ name: 'fc', units: 2 }).apply(x) });
    const shapes = pytorchShapes(net);
    expect(Object.fromEntries(shapes)).toEqual({
      'conv.weight': [4, 3, 3],
      'conv.bias': [4],
      'up.weight': [4, 4, 4],
      'up.bias': [4],
      'sep.depthwise.weight': [8, 1, 3],
      'sep.pointwise.weight': [5, 8, 1],
      'sep.pointwise.bias': [5],
      'fc.weight': [2, 25],
      'fc.bias': [2],
    });
    const numbers = (size: number, of: (i: number) => number): Float32Array =>
      Float32Array.from({ length: size }, (_, i) => of(i));
    const tensors = [...shapes].map(([name, shape], k) => {
      const data = numbers(sizeOf(shape), (i) => (((i * 7 + 3 * k) % 11) - 5) / 10);
      return [name, new Tensor('float32', shape, data)] as const;
    });
    await net.loadWeights(encodeSafetensors(new Map(tensors)));
    // x[n, c, l] of PyTorch is x[n, l, c] here.
    const at = (n: number, c: number, l: number): number => (((((n * 3 + c) * 12 + l) * 5) % 13) - 6) / 6;
    const values = numbers(72, (i) => at(Math.floor(i / 36), i % 3, Math.floor(i / 3) % 12));
    const { data } = await net.predict(new Tensor('float32', [2, 12, 3], values));
    // torch.nn.Sequential of Conv1d, ReLU, ConvTranspose1d, two Conv1d, MaxPool1d, Flatten, Linear
    [0.4989199638366699, 0.7211484909057617, 0.28930002450942993, 0.565019965171814].forEach((value, i) =>
      expect(data[i]).toBeCloseTo(value, 5),
    );
    await net.dispose();
  });
});
