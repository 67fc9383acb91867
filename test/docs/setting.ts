/**
 * What stands for the reader's own things in examples that leave them out: a small trained classifier, its pictures, the
 * values of a model under construction. Examples in which a layer is applied see `symbolic.ts` first.
 */
import * as striate from '../../src/index.node.js';

const { GraphBuilder, Layer, operators, Random, Tensor, Variable } = striate;

const drawn = striate.digits({ seed: 1, train: 40, test: 20 });
export const { train, test } = drawn;
export const validation = test;

export const model = striate.sequential({
  name: 'mine',
  seed: 1,
  layers: [
    striate.layers.flatten({ inputShape: [28, 28, 1] }),
    striate.layers.dense({ units: 8, activation: 'relu' }),
    striate.layers.dense({ units: 10, activation: 'softmax' }),
  ],
});
/** Examples may compile the model otherwise, for the ones behind them as well. */
export function compileModel(): void {
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
}
compileModel();

/** Random pictures, or whatever else has this shape. */
function noise(...shape: number[]): striate.Tensor<'float32'> {
  const random = new Random(1);
  const size = shape.reduce((product, axis) => product * axis, 1);
  return striate.tensor(Array.from({ length: size }, () => random.uniform())).reshape(shape);
}

export const x = noise(8, 28, 28, 1);
export const y = new Tensor('int32', [8], Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1));
export const batches = [[x, y]] as const;
export const testX = x;
export const testY = y;
export const pictures = x;
export const picture = noise(1, 28, 28, 1);
export const names = Array.from({ length: 8 }, (_, i) => `${i}.png`);
export const labels = names.map((_, i) => String(i % 2));
export const shares = noise(64, 48);
export const squeezenet = striate.zoo.create('squeezenet1_1', { seed: 1, inputShape: [64, 64, 3] });
export const resnet = striate.zoo.create('cifar_resnet20', { seed: 1, inputShape: [32, 32, 3] });

/** What a test came to: one picture that was got wrong. */
export const tested = {
  mistakes: [
    {
      index: 0,
      picture: { width: 28, height: 28, channels: 1, values: new Float32Array(28 * 28).fill(0.4) },
      label: 3,
      predicted: 8,
      probability: 0.9,
      labelProbability: 0.1,
    },
  ],
};

/** A set of coloured pictures. */
export const photos = new striate.PictureSet({
  name: 'photos',
  x: noise(8, 32, 32, 3),
  y: new Tensor('int32', [8], Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1)),
  classNames: ['cat', 'dog'],
});
export const generator = striate.imageDataGenerator({ horizontalFlip: true });

/** A decoded picture, as a canvas gives it. */
export const imageData = { width: 32, height: 24, data: new Uint8ClampedArray(32 * 24 * 4).fill(200) };
/** A page's canvas with that picture. */
export const canvas = {
  width: 32,
  height: 24,
  getContext: (_: '2d') => ({ getImageData: (..._area: number[]) => imageData }),
};
export const pixels = { data: new Uint8Array(200 * 200 * 3).fill(100), width: 200, height: 200, channels: 3 };
export const target = new Float32Array(150 * 150 * 3);
export const [seed, epoch, example] = [1, 0, 0];

export const index = new striate.EmbeddingIndex({ dimensions: 4 });
index.addAll(noise(8, 4), { names, labels });

export const graph = new GraphBuilder('example');
export const image = graph.input('image', [1, 28, 28, 3]);
export const w = graph.variable(new Variable('w', [2], 'weight', () => new Float32Array(2)));
export const loss = graph.add(operators.reduceMean, [graph.add(operators.square, [w], {})], {
  axes: [0],
  keepDims: false,
});

/** A layer class of one's own. */
export class Scale extends Layer {
  readonly className = 'Scale';
  call(_: striate.LayerContext, [node]: readonly striate.Node[]): striate.Node {
    return node;
  }
  outputShape([shape]: readonly striate.Shape[]): striate.Shape {
    return shape;
  }
}
