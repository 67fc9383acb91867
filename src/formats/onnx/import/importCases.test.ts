import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sizeOf, Tensor, type Shape } from '../../../tensor/index.js';
import { importOnnx } from './importOnnx.js';
import { permuteData, pictureOrder } from './importedValue.js';
import type { ImportOnnxOptions } from './importOptions.js';

interface Case {
  readonly input: Shape;
  readonly outputs: readonly { readonly shape: Shape; readonly values: readonly number[] }[];
  readonly asked?: readonly string[];
}

const folder = new URL('../testdata/cases/', import.meta.url);
const bytesOf = (name: string): Uint8Array => readFileSync(new URL(`${name}.onnx`, folder));

/** What ONNX Runtime computes (expected.py). */
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Readonly<Record<string, Case>>;

/** The input that the script gives: it follows from the places of its numbers. */
function inputOf(name: string, shape: Shape): Float32Array {
  const bytes = name.includes('uint8');
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
    bytes ? (i * 37) % 251 : (((i * 37) % 101) - 50) / 40,
  );
}

const options: Readonly<Record<string, ImportOnnxOptions>> = { hwc_uint8_no_batch: { batchAxis: false } };

describe('importOnnx', () => {
  it.each(Object.entries(expected))('%s computes what ONNX Runtime does', async (name, { input, outputs, asked }) => {
    const model = await importOnnx(bytesOf(name), { ...options[name], outputs: asked });
    model.useEngine({ engine: 'reference' });
    const data = inputOf(name, input);
    const picture = input.length === 4;
    const shape = picture ? pictureOrder.map((axis) => input[axis]) : [1, ...input];
    const x = new Tensor('float32', shape, picture ? permuteData(data, input, pictureOrder) : data);
    const given = await model.predictAll(x);
    given.forEach(({ data: values }, i) => {
      const largest = Math.max(...outputs[i].values.map(Math.abs));
      expect(values.length).toBe(outputs[i].values.length);
      values.forEach((value, at) => expect(Math.abs(value - outputs[i].values[at])).toBeLessThan(1e-4 * largest));
    });
  });

  it('has a value or a refusal for every file', () => {
    const files = readdirSync(folder).flatMap((file) => (file.endsWith('.onnx') ? [file.slice(0, -5)] : []));
    expect(files.sort()).toEqual([...Object.keys(expected), 'computed_conv_weight'].sort());
  });

  it('says that filters are computed from the input, by which operator, and a cut that works', async () => {
    const bytes = bytesOf('computed_conv_weight');
    await expect(importOnnx(bytes)).rejects.toThrow(
      /node 'n2_Conv' \(Conv\): its filters must be weights.*node 'n1_Mul' \(Mul\) computes.*give \{ inputs: \['h'\] \}/,
    );
    const model = await importOnnx(bytes, { inputs: ['h'], inputShape: [8, 12, 4] });
    expect(model.outputShape).toEqual([5]);
  });

  it.each([
    ['adaptive_dyn', [3, 5]],
    ['adaptive_dynb', [3, 5]],
    ['adaptive_uneven_dyn', [3, 5]],
    ['adaptive_overlapping_dyn', [2, 3]],
    ['adaptive_mixed_dyn', [2, 4]],
  ])('knows the adaptive pooling that is written out in %s', async (name, outputSize) => {
    const { layers } = await importOnnx(bytesOf(name));
    expect(layers.map(({ className }) => className)).toEqual([
      'Conv2D',
      'ReLU',
      'AdaptiveAveragePooling2D',
      'Flatten',
      'Dense',
    ]);
    expect(layers[2].config?.()).toMatchObject({ outputSize });
  });

  it.each(['as_strided_identity_gather', 'as_strided_range_gather_dynb', 'tv_convnext_tiny2_dyn'])(
    'leaves no shape behind of the pooling in %s',
    async (name) => {
      const { layers } = await importOnnx(bytesOf(name));
      const names = layers.map(({ className }) => className);
      expect(names).not.toContain('Reshape');
      expect(names.filter((one) => one === 'Flatten')).toHaveLength(1);
    },
  );

  it('names the scores before a choice of classes, and imports them', async () => {
    await expect(importOnnx(bytesOf('argmax_out'))).rejects.toThrow(/\(ArgMax\).*give \{ outputs: \['p'\] \}/);
    expect((await importOnnx(bytesOf('argmax_out'), { outputs: ['p'] })).outputShape).toEqual([4]);
  });

  it('says where inputs have no axis for the batch', async () => {
    await expect(importOnnx(bytesOf('hwc_uint8_no_batch'))).rejects.toThrow(/give \{ batchAxis: false \}/);
  });

  it('begins at values of the graph', async () => {
    const model = await importOnnx(bytesOf('argmax_out'), { inputs: ['c'], outputs: ['p'], inputShape: [2, 3, 4] });
    expect(model.inputs.map(({ shape }) => shape)).toEqual([[2, 3, 4]]);
    expect(model.outputShape).toEqual([4]);
  });
});
