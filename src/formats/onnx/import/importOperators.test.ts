import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sizeOf, Tensor, type Shape } from '../../../tensor/index.js';
import { encodeModelProto } from '../modelProto.js';
import { attributeTypes, elementTypes, type AttributeProto, type Draft } from '../proto.js';
import { floatTensor, int64Tensor } from '../tensors.js';
import { importOnnx } from './importOnnx.js';
import { permuteData, pictureOrder } from './importedValue.js';
import type { OnnxOperator } from './onnxOperator.js';

type Attribute = number | string | readonly number[];

/** A node as it is written here: operator, inputs, attributes; its output is called by its place, y0, y1, … */
type Step = readonly [
  op: string,
  inputs: readonly string[],
  attributes?: Readonly<Record<string, Attribute>>,
  outputs?: readonly string[],
];

interface Case {
  readonly steps: readonly Step[];
  /** ONNX's shape of x, with the batch. */
  readonly input: Shape;
  /** Weights by name: shapes, filled with numbers of their own, or whole numbers. */
  readonly weights?: Readonly<
    Record<
      string,
      | { readonly floats: Shape }
      | { readonly of: readonly number[] }
      | { readonly whole: readonly number[] }
      | { readonly zeros: Shape }
    >
  >;
  readonly opset?: number;
  readonly output?: string;
  /** The layers that the model is to have, where that matters. */
  readonly layers?: readonly string[];
}

/** Numbers between −1.4 and 1.4 that follow from their places. */
const numbers = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => ((((i + seed) * 37) % 23) - 11) / 8);

function attribute(name: string, value: Attribute): Draft<AttributeProto> {
  const { float, int, string, ints, floats } = attributeTypes;
  if (typeof value === 'string') return { name, type: string, s: value };
  if (typeof value === 'number')
    return Number.isInteger(value) && !isFloat(name) ? { name, type: int, i: value } : { name, type: float, f: value };
  return name === 'scales' ? { name, type: floats, floats: value } : { name, type: ints, ints: value };
}

const isFloat = (name: string): boolean =>
  [
    'alpha',
    'beta',
    'gamma',
    'epsilon',
    'momentum',
    'min',
    'max',
    'bias',
    'ratio',
    'value',
    'lambd',
    'cubic_coeff_a',
  ].includes(name);

function bytesOf({ steps, input, weights = {}, opset = 13, output }: Case): Uint8Array {
  const node = steps.map(([opType, inputs, attributes = {}, outputs], i) => ({
    opType,
    name: `${opType}_${i}`,
    input: inputs,
    output: outputs ?? [`y${i}`],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  }));
  const initializer = Object.entries(weights).map(([name, weight], i) => {
    if ('whole' in weight) return int64Tensor(name, [weight.whole.length], weight.whole);
    if ('zeros' in weight) return floatTensor(name, weight.zeros, new Float32Array(sizeOf(weight.zeros)));
    if ('of' in weight) return floatTensor(name, weight.of.length === 1 ? [] : [weight.of.length], weight.of);
    const values = numbers(sizeOf(weight.floats), 5 * i + 3);
    // Variances are positive.
    return floatTensor(name, weight.floats, name === 'variance' ? values.map((x) => Math.abs(x) + 0.5) : values);
  });
  const dim = input.map((n, axis) => (axis === 0 ? { dimParam: 'n' } : { dimValue: n }));
  return encodeModelProto({
    irVersion: 7,
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'case',
      node,
      initializer,
      input: [{ name: 'x', type: { tensorType: { elemType: elementTypes.float, shape: { dim } } } }],
      output: [
        { name: output ?? node[node.length - 1].output[0], type: { tensorType: { elemType: elementTypes.float } } },
      ],
    },
  });
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../testdata/${name}`, import.meta.url), 'utf8'));

const cases = read('operatorCases.json') as Readonly<Record<string, Case>>;

/** Computed with ONNX Runtime, in ONNX's order. */
const expected = read('operators.json') as Record<string, { shape: number[]; values: number[] }>;

describe('importOnnx', () => {
  it.each(Object.entries(cases))('%s', async (name, given) => {
    const model = await importOnnx(bytesOf(given), { layout: 'NCHW' });
    model.useEngine({ engine: 'reference' });
    const [batch, ...rest] = given.input;
    const data = numbers(sizeOf(given.input), 0);
    const shape = rest.length === 3 ? pictureOrder.map((axis) => given.input[axis]) : [batch, ...rest];
    const x = new Tensor('float32', shape, rest.length === 3 ? permuteData(data, given.input, pictureOrder) : data);
    const y = await model.predict(x);
    const wanted = expected[name];
    // Pictures come out as ours; what is expected is in ONNX's order.
    const turned = wanted.shape.length === 4 && y.shape.join() !== wanted.shape.join();
    const ours = turned ? permuteData(Float64Array.from(wanted.values), wanted.shape, pictureOrder) : wanted.values;
    expect(y.shape).toEqual(turned ? pictureOrder.map((axis) => wanted.shape[axis]) : wanted.shape);
    y.data.forEach((value, i) => expect(Math.abs(value - ours[i])).toBeLessThan(2e-5 * (1 + Math.abs(ours[i]))));
    if (given.layers) expect(model.layers.map(({ className }) => className)).toEqual(given.layers);
  });

  it('is tested with every case computed', () => {
    expect(Object.keys(expected).sort()).toEqual(Object.keys(cases).sort());
  });

  it('refuses a row that says nothing of its operator', () => {
    // @ts-expect-error: an operator becomes layers, is computed at import, or is refused for a reason
    const row: OnnxOperator = {};
    expect(row).toEqual({});
  });
});
