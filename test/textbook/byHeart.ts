import { layers, losses, model, optimizers, Tensor, type Model } from '../../src/index.js';

/** Numbers from −1 to 1, one for each pixel and channel of so many pictures, far from regular. */
export function noisePictures(count: number, side: number): Tensor<'float32'> {
  const numbers = Float32Array.from({ length: count * side * side * 3 }, (_, i) => Math.sin(i * i));
  return new Tensor('float32', [count, side, side, 3], numbers);
}

/** Features [C] with dropout and a new dense layer behind them, as for other classes: scores. */
export function withNewClassifier(features: Model, classes: number): Model {
  const dropped = layers.dropout({ rate: 0.5 }).apply(features.outputs[0]);
  const outputs = layers.dense({ units: classes, name: 'new' }).apply(dropped);
  return model({ inputs: features.inputs[0], outputs, seed: 1 });
}

interface LearntByHeart {
  /** Losses and accuracy as in prediction: nothing is dropped, running statistics are used. */
  readonly before: number;
  readonly after: number;
  readonly accuracy: number;
  /** The loss of each step, as in training. */
  readonly steps: readonly number[];
}

/** Trains scores on as many pictures of noise as there are classes, one of each. */
export async function learnByHeart(
  net: Model,
  { steps, learningRate }: { readonly steps: number; readonly learningRate: number },
): Promise<LearntByHeart> {
  const [classes] = net.outputShape;
  const x = noisePictures(classes, net.inputs[0].shape[0]);
  const y = new Tensor(
    'int32',
    [classes],
    Int32Array.from({ length: classes }, (_, i) => i),
  );
  net.compile({
    optimizer: optimizers.adam({ learningRate }),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  const { loss: before } = await net.evaluate(x, y);
  const { history } = await net.fit(x, y, { epochs: steps, batchSize: classes, verbose: 0 });
  const { loss: after, accuracy } = await net.evaluate(x, y);
  return { before, after, accuracy, steps: history.loss };
}
