import { describe, expect, it } from 'vitest';
import { onnxClassifier as classifier, onnxModel as model } from '../../../../test/fixtures/onnxClassifier.js';
import { Tensor, zeros } from '../../../tensor/index.js';
import { int64Tensor } from '../tensors.js';
import { importOnnx } from './importOnnx.js';

describe('the axis of the examples in an ONNX file', () => {
  it('takes a batch of 1 in shapes for any batch', async () => {
    const shape = { name: 's', dims: [2], dataType: 7, int64Data: [1, 4] };
    const nodes = classifier.map((node) =>
      node.opType === 'Flatten' ? { opType: 'Reshape', input: ['c', 's'], output: ['d'] } : node,
    );
    const constant = { opType: 'Constant', output: ['s'], attribute: [{ name: 'value', type: 4, t: shape }] };
    const net = await importOnnx(model([constant, ...nodes], [1, 3, 8, 8]));
    net.useEngine({ engine: 'reference' });
    expect((await net.predict(zeros([3, 8, 8, 3]))).shape).toEqual([3, 2]);
  });

  it('takes files whose inputs have no axis for a batch', async () => {
    const unsqueeze = { opType: 'Unsqueeze', input: ['x', 'zero'], output: ['e'] };
    const [first, ...rest] = classifier;
    const squeeze = { opType: 'Squeeze', input: ['y', 'zero'], output: ['z'] };
    const zero = { name: 'zero', dims: [1], dataType: 7, int64Data: [0] };
    const constant = { opType: 'Constant', output: ['zero'], attribute: [{ name: 'value', type: 4, t: zero }] };
    const nodes = [constant, unsqueeze, { ...first, input: ['e', 'features.0.weight'] }, ...rest, squeeze];
    const bytes = model(nodes, [3, 8, 8]);
    await expect(importOnnx(bytes)).rejects.toThrow(/give \{ batchAxis: false \}/);
    const x = new Tensor(
      'float32',
      [2, 8, 8, 3],
      Float32Array.from({ length: 384 }, (_, i) => (i % 7) / 7),
    );
    const net = await importOnnx(bytes, { batchAxis: false, layout: 'NCHW', outputs: ['z'] });
    const usual = await importOnnx(model(classifier));
    for (const each of [net, usual]) each.useEngine({ engine: 'reference' });
    const [y, wanted] = [await net.predict(x), await usual.predict(x)];
    expect(y.shape).toEqual([2, 2]);
    expect(y.data).toEqual(wanted.data);
  });

  it('says so where the rows of a picture without a batch were taken for examples', async () => {
    const transpose = {
      opType: 'Transpose',
      input: ['x'],
      output: ['t'],
      attribute: [{ name: 'perm', type: 7, ints: [2, 0, 1] }],
    };
    const unsqueeze = { opType: 'Unsqueeze', input: ['t', 'zero'], output: ['e'] };
    const zero = int64Tensor('', [1], [0]);
    const constant = { opType: 'Constant', output: ['zero'], attribute: [{ name: 'value', type: 4, t: zero }] };
    const [first, ...rest] = classifier;
    const nodes = [constant, transpose, unsqueeze, { ...first, input: ['e', 'features.0.weight'] }, ...rest];
    await expect(importOnnx(model(nodes, [8, 8, 3]))).rejects.toThrow(
      /received \[1, 3, batch, 8\] with the batch as axis 2; .*give \{ batchAxis: false \}/,
    );
    const net = await importOnnx(model(nodes, [8, 8, 3]), { batchAxis: false });
    expect(net.inputs[0].shape).toEqual([8, 8, 3]);
    expect(net.outputShape).toEqual([1, 2]);
  });
});
