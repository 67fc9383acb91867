// Small models that the project's own exporters write: what the damaged model files were before.
import { readFileSync } from 'node:fs';
import * as striate from '../../dist/index.node.js';
import { encodeModelProto } from '../../dist/formats/onnx/modelProto.js';
import { attributeTypes, elementTypes } from '../../dist/formats/onnx/proto.js';
import { floatTensor, int64Tensor } from '../../dist/formats/onnx/tensors.js';

const { input, layers, model, sequential, Random, tensor } = striate;

/** A plain ConvNet; `prefix` gives its layers the names of PyTorch's modules. */
export function chain(prefix = '') {
  const name = (own) => (prefix ? { name: `${prefix}${own}` } : {});
  return sequential({
    seed: 3,
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1], ...name('0') }),
      layers.batchNormalization(name('1')),
      layers.maxPooling2d(name('2')),
      layers.flatten(name('3')),
      layers.dropout({ rate: 0.25, ...name('4') }),
      layers.dense({ units: 3, activation: 'softmax', ...name('5') }),
    ],
  });
}

/** Branches and most kinds of layers that Keras has, too. */
export function branches() {
  const x = input({ shape: [10, 10, 3] });
  const stem = layers.rescaling({ scale: 0.5, offset: -0.1 }).apply(x);
  const first = layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same', strides: 2 }).apply(stem);
  const norm = layers.relu({ maxValue: 6 }).apply(layers.batchNormalization().apply(first));
  const deep = layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(norm);
  const separable = layers
    .separableConv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'tanh' })
    .apply(norm);
  const sum = layers.add().apply(norm, deep, separable);
  const up = layers.upSampling2d({ size: 2 }).apply(layers.averagePooling2d().apply(sum));
  const padded = layers.zeroPadding2d({ padding: [0, 1, 0, 1] }).apply(up);
  const beside = layers.conv2dTranspose({ filters: 2, kernelSize: 2, padding: 'same' }).apply(sum);
  const both = layers.concatenate().apply(padded, beside);
  const gate = layers.reshape({ targetShape: [1, 1, 8] }).apply(layers.globalAveragePooling2d().apply(both));
  const scaled = layers.multiply().apply(both, layers.activation({ activation: 'sigmoid' }).apply(gate));
  const flat = layers.flatten().apply(layers.permute({ dims: [2, 1, 3] }).apply(scaled));
  return model({ inputs: x, outputs: layers.dense({ units: 4, activation: 'softmax' }).apply(flat), name: 'branches' });
}

/** A model that has been trained a little, with its optimizer and the state of training, as a checkpoint has them. */
export async function trained(engine) {
  const net = chain();
  net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], engine });
  net.classNames = ['a', 'b', 'c'];
  net.metadata = { note: 'seed' };
  const random = new Random(1);
  const x = tensor(
    Float32Array.from({ length: 4 * 64 }, () => random.uniform()),
    [4, 8, 8, 1],
  );
  await net.fit(x, Int32Array.of(0, 1, 2, 0), { epochs: 1, batchSize: 4, verbose: 0 });
  return net;
}

const floats = ['alpha', 'beta', 'gamma', 'epsilon', 'momentum', 'min', 'max', 'bias', 'ratio', 'value'];

function attribute(name, value) {
  if (typeof value === 'string') return { name, type: attributeTypes.string, s: value };
  if (typeof value !== 'number') {
    return name === 'scales'
      ? { name, type: attributeTypes.floats, floats: value }
      : { name, type: attributeTypes.ints, ints: value };
  }
  const isFloat = floats.includes(name) || !Number.isInteger(value);
  return isFloat ? { name, type: attributeTypes.float, f: value } : { name, type: attributeTypes.int, i: value };
}

/** One small ONNX file for each case that the importer's own tests know: together, all operators. */
export function operatorFiles() {
  const cases = JSON.parse(
    readFileSync(new URL('../../src/formats/onnx/testdata/operatorCases.json', import.meta.url)),
  );
  const size = (shape) => shape.reduce((product, n) => product * n, 1);
  return Object.values(cases).map(({ steps, input: shape, weights = {}, opset = 13, output }) => {
    const node = steps.map(([opType, names, attributes = {}, outputs], i) => ({
      opType,
      name: `${opType}_${i}`,
      input: names,
      output: outputs ?? [`y${i}`],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    }));
    const initializer = Object.entries(weights).map(([key, weight]) => {
      if (weight.whole) return int64Tensor(key, [weight.whole.length], weight.whole);
      if (weight.of) return floatTensor(key, weight.of.length === 1 ? [] : [weight.of.length], weight.of);
      const sizes = weight.zeros ?? weight.floats;
      return floatTensor(key, sizes, new Float32Array(size(sizes)).fill(weight.zeros ? 0 : 0.5));
    });
    const dim = shape.map((n, axis) => (axis === 0 ? { dimParam: 'n' } : { dimValue: n }));
    const tensorType = { elemType: elementTypes.float, shape: { dim } };
    const result = {
      name: output ?? node[node.length - 1].output[0],
      type: { tensorType: { elemType: elementTypes.float } },
    };
    const graph = { name: 'case', node, initializer, input: [{ name: 'x', type: { tensorType } }], output: [result] };
    return encodeModelProto({ irVersion: 7, opsetImport: [{ domain: '', version: opset }], graph });
  });
}
