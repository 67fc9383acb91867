import { expect, it } from 'vitest';
import {
  createDetector,
  createKeypointDetector,
  createSegmenter,
  EmbeddingIndex,
  evaluateSegmentation,
  input,
  labelMapOf,
  layers,
  model as modelOf,
  multiTask,
  pck,
  retrievalScores,
  scenes,
  type AnnotatedSet,
  type Model,
} from '../../src/index.js';

/** Three halvings, each a convolution of 3×3 with a normalization, and a classifier on the means. */
function smallBackbone(classes: number): Model {
  const x = input({ shape: [48, 48, 3] });
  const map = [16, 32, 48].reduce((y, filters) => {
    const seen = layers.conv2d({ filters, kernelSize: 3, strides: 2, padding: 'same', useBias: false }).apply(y);
    return layers.activation({ activation: 'relu' }).apply(layers.batchNormalization({ momentum: 0.9 }).apply(seen));
  }, x);
  const means = layers.globalAveragePooling2d().apply(map);
  return modelOf({ inputs: x, outputs: layers.dense({ units: classes }).apply(means), seed: 1 });
}

const all = ({ size }: AnnotatedSet): number[] => Array.from({ length: size }, (_, i) => i);

it('one small backbone learns four heads at once, and points: each far above chance on scenes not seen before', async () => {
  const { train, test } = scenes({
    ...{ seed: 1, train: 400, test: 60, size: 48, texture: 0.2 },
    ...{ kinds: ['xo'], things: [1, 1], scale: [0.4, 0.6] },
  });
  const { classNames: classes, pointNames: points } = train;
  const backbone = smallBackbone(classes.length);
  const net = multiTask({
    kind: backbone,
    vector: backbone.embedding,
    boxes: createDetector({ backbone, classes, filters: 32 }),
    masks: createSegmenter({ backbone, head: 'unet', classes, filters: 32 }),
    pose: createKeypointDetector({ backbone, points, filters: 32 }),
  });
  const { boxes, masks, pose } = net.heads;
  const untrained = (await boxes.evaluate(test)).figures.map50;
  await net.fit(
    { kind: train, boxes: train, masks: train, pose: train },
    { epochs: 12, batchSize: 16, learningRate: 0.01, lossWeights: { pose: 10 }, verbose: 0, seed: 1 },
  );

  // One forward pass for all heads.
  const pictures = await Promise.all(
    all(test).map(async (i) => {
      const { data, width, height, channels } = await test.pixels(i);
      return { data, info: { width, height, channels } };
    }),
  );
  const found = await net.predict(pictures, { batchSize: 20 });
  const labels = all(test).map((i) => test.annotations(i)[0].label);

  // Classes: X or O.
  const right = found.filter(({ kind: { data } }, i) => Number(data[1] > data[0]) === labels[i]).length;
  const most = Math.max(...[0, 1].map((label) => labels.filter((one) => one === label).length));
  // Retrieval: the nearest five of each picture among the others.
  const index = new EmbeddingIndex({ dimensions: 48 });
  found.forEach(({ vector }, i) => index.add({ name: String(i), label: classes[labels[i]] }, vector.data));
  const { precision, chance } = await retrievalScores(index, { k: 5 });
  // Boxes: COCO's average precision at an overlap of a half.
  const { map50 } = (await boxes.evaluate(test)).figures;
  // Masks: mean intersection over union, and that of ground everywhere.
  const { meanIou } = await masks.evaluate(test);
  const truth = all(test).map((i) => labelMapOf(test.picture(i), { height: 48, width: 48 }));
  const ground = truth.map((map) => ({ ...map, data: new Uint8Array(map.data.length) }));
  const { meanIou: guessed } = evaluateSegmentation(truth, ground, 1 + classes.length);
  // Points: within a tenth of the box, and those of one who says the picture's middle each time.
  const { pck: near } = await pose.evaluate(test);
  const middle = points.map(() => [24, 24] as const);
  const { pck: middles } = pck(all(test).map((i) => test.annotations(i)[0]), all(test).map(() => middle), { threshold: 0.1 }); // prettier-ignore

  // Measured: 0.97, 0.94 (by chance 0.49), 1.00, 0.86 (0.30) and 0.91 (0.03).
  expect(right / test.size).toBeGreaterThan(most / test.size + 0.25);
  expect(precision).toBeGreaterThan(chance + 0.25);
  expect(map50).toBeGreaterThan(untrained + 0.5);
  expect(meanIou).toBeGreaterThan(guessed + 0.25);
  expect(near).toBeGreaterThan(middles + 0.4);
  // What is found in the one pass is what each head finds alone.
  const [best] = found[0].boxes;
  const [alone] = await boxes.detect(pictures[0]);
  expect(best.score).toBeCloseTo(alone.score, 4);
});
