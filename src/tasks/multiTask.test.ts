import { describe, expect, it } from 'vitest';
import { smallBackbone } from '../../test/fixtures/smallBackbone.js';
import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { DataSet } from '../data/dataSet.js';
import { scenes } from '../data/scenes.js';
import type { Model } from '../models/index.js';
import { optimizers } from '../training/optimizers.js';
import { createDetector, createKeypointDetector, createSegmenter, multiTask } from './index.js';
import { networkOf, type TaskHead } from './taskHeads.js';

const one = { seed: 1, size: 32, kinds: ['xo'], things: [1, 1] } as const;
const letters = scenes({ ...one, train: 12, test: 4 });
const { classNames, pointNames } = letters.train;

const backbone = (): Model => smallBackbone(2);

/** Heads of all kinds, by name, each on a backbone. */
const heads = {
  fcos: (on: Model) => createDetector({ backbone: on, classes: classNames, filters: 8, depth: 1 }),
  ssd: (on: Model) => createDetector({ backbone: on, head: 'ssd', classes: classNames, filters: 8 }),
  masks: (on: Model) => createSegmenter({ backbone: on, head: 'unet', classes: classNames, filters: 8 }),
  points: (on: Model) => createKeypointDetector({ backbone: on, points: pointNames, filters: 8 }),
  kind: (on: Model) => on,
} as const satisfies Record<string, (on: Model) => TaskHead>;

function all() {
  const on = backbone();
  return multiTask({
    boxes: heads.fcos(on),
    masks: heads.masks(on),
    points: heads.points(on),
    kind: on,
    vector: on.embedding,
  });
}

/** Labelled pictures of the letters, for the classifier alone. */
function labelled(set: AnnotatedSet): DataSet {
  const { size, inputShape } = set;
  return {
    ...{ name: 'labelled', size, inputShape, classNames },
    async fill(indices, x, y) {
      const things = await set.fill(indices, x);
      y.set(things.map(({ annotations: [{ label }] }) => label));
    },
  };
}

async function weightsOf(net: Model): Promise<number[]> {
  return [...(await net.getWeights())].flatMap(([, { data }]) => [...data]);
}

const options = { epochs: 3, batchSize: 4, seed: 5, verbose: 0 } as const;
const picture = { width: 40, height: 20, data: Uint8ClampedArray.from({ length: 3200 }, (_, i) => (i * 37) % 251) };
const other = { width: 32, height: 32, data: Uint8ClampedArray.from({ length: 4096 }, (_, i) => (i * 53) % 241) };

describe('several heads on one backbone', () => {
  it('say in one forward pass what each says alone, of one picture and of many', async () => {
    const net = all();
    const { boxes, masks, points, kind, vector } = net.heads;
    const many = await net.predict([picture, other, picture], { batchSize: 2 });
    const found = await net.predict(picture);
    expect(many).toHaveLength(3);
    expect(found.boxes.map(({ name }) => name)).toEqual(many[2].boxes.map(({ name }) => name));
    const alone = await boxes.detect(picture);
    expect(found.boxes).toHaveLength(alone.length);
    found.boxes.forEach(({ box, score }, i) => {
      expect(score).toBeCloseTo(alone[i].score, 5);
      box.forEach((side, k) => expect(side).toBeCloseTo(alone[i].box[k], 3));
    });
    const mask = await masks.segment(picture);
    expect([found.masks.width, found.masks.height]).toEqual([40, 20]);
    expect(found.masks.labels).toEqual(mask.labels);
    const pose = await points.detect(picture);
    found.points.forEach(({ name, x }, i) => expect([name, x]).toEqual([pose[i].name, expect.closeTo(pose[i].x, 3)]));
    const { x } = await boxes.prepare(picture);
    const batch = x.reshape([1, 32, 32, 3]);
    for (const [own, of] of [
      [found.kind, kind],
      [found.vector, vector],
    ] as const)
      // prettier-ignore
      (await of.predict(batch)).data.forEach((value, i) => expect(own.data[i]).toBeCloseTo(value, 5));
    expect([found.kind.shape, found.vector.shape]).toEqual([[2], [16]]);
  });

  it.each(['fcos', 'ssd', 'masks', 'points', 'kind'] as const)(
    'learn as alone of the pictures that they know, and nothing of the others: %s',
    async (name) => {
      const train = async (net: Model, head: Model, fit: () => Promise<unknown>): Promise<number[]> => {
        net.freeze();
        for (const layer of head.layers) if (!/^c\d+$/.test(layer.name)) layer.trainable = true;
        await fit();
        // Statistics of normalizations are of all pictures.
        const learned = head.layers.flatMap(({ weights }) =>
          weights.filter(({ variable: { role } }) => role === 'weight'),
        );
        const weights = await head.getWeights();
        return learned.flatMap(({ variable }) => [...weights.get(variable.name)!.data]);
      };
      const settings = { epochs: 2, batchSize: 4, shuffle: false, verbose: 0 } as const;
      const sgd = () => ({ ...settings, optimizer: optimizers.sgd({ learningRate: 0.01 }) });
      const own = backbone();
      const single = heads[name](own);
      const task = multiTask({ [name]: single });
      const alone = await train(own, networkOf(single), () => task.fit({ [name]: letters.train }, sgd()));
      // Batches of four: three of the one set, three of the other.
      const shared = backbone();
      const [head, second] = [heads[name](shared), heads[name === 'masks' ? 'points' : 'masks'](shared)];
      const net = multiTask({ second, [name]: head });
      const more = scenes({ ...one, seed: 9, train: 12, test: 1 }).train;
      const together = await train(shared, networkOf(head), () =>
        net.fit({ second: more, [name]: letters.train }, sgd()),
      );
      alone.forEach((value, i) => expect(together[i]).toBeCloseTo(value, 5));
    },
  );

  it('learn together as a detector does alone, where only it has data', async () => {
    const [first, second] = [backbone(), backbone()];
    const detector = heads.fcos(first);
    await detector.fit(letters.train, options);
    const net = multiTask({ boxes: heads.fcos(second), kind: second });
    await net.fit({ boxes: letters.train }, options);
    const [one, two] = [await weightsOf(detector.model), await weightsOf(net.heads.boxes.model)];
    one.forEach((value, i) => expect(two[i]).toBeCloseTo(value, 4));
  });

  it('learn together: losses are weighted, measures are those of each, and a training that goes on is equal to the bit', async () => {
    const data = { boxes: letters.train, masks: letters.train, points: letters.train, kind: labelled(letters.train) };
    const validationData = { ...data, boxes: letters.test, masks: letters.test, points: letters.test };
    const settings = { ...options, lossWeights: { points: 2, masks: 0.5 }, validationData };
    const net = all();
    const before = await weightsOf(net.model);
    const { history } = await net.fit(data, settings);
    const weights = await weightsOf(net.model);
    expect(weights).not.toEqual(before);
    history.loss.forEach((loss, i) => {
      const of = (name: string): number => history[name][i];
      const boxes = of('boxesClassification') + of('boxesBoxRegression') + of('boxesCenterness');
      expect(loss).toBeCloseTo(boxes + 0.5 * of('masksLoss') + 2 * of('pointsLoss') + of('kindLoss'), 4);
    });
    const { boxes, masks, points, kind } = net.heads;
    expect(history.valBoxesMap[2]).toBeCloseTo((await boxes.evaluate(letters.test)).figures.map, 5);
    expect(history.valMasksMeanIou[2]).toBeCloseTo((await masks.evaluate(letters.test)).meanIou, 5);
    expect(history.valPointsPck[2]).toBeCloseTo((await points.evaluate(letters.test)).pck, 5);
    expect(history.valKindAccuracy[2]).toBeGreaterThanOrEqual(0);
    expect(kind.classNames).toEqual(classNames);
    const again = all();
    const stop = new AbortController();
    let steps = 0;
    const callbacks = [{ onTrainBatchEnd: () => (++steps === 8 ? stop.abort() : undefined) }];
    await again.fit(data, { ...settings, callbacks, signal: stop.signal });
    await again.fit(data, { ...settings, resumeFrom: again.model.trainingState! });
    expect(await weightsOf(again.model)).toEqual(weights);
  });

  it('say what does not fit', async () => {
    const on = backbone();
    expect(() => multiTask({ boxes: heads.fcos(on), masks: heads.masks(backbone()) })).toThrow(
      /'masks' does not stand on the backbone of 'boxes'/,
    );
    expect(() => multiTask({})).toThrow(/needs heads/);
    expect(() => multiTask({ boxes: 3 as never })).toThrow(/'boxes' must be a detector/);
    const net = multiTask({ boxes: heads.fcos(on), kind: on, vector: on.embedding });
    await expect(net.fit({})).rejects.toThrow(/no head has data; give some by their names, such as \{ boxes: set \}/);
    await expect(net.fit({ masks: letters.train } as never)).rejects.toThrow(
      /data: there is no head 'masks'.*boxes, kind/,
    );
    await expect(net.fit({ boxes: labelled(letters.train) as never })).rejects.toThrow(
      /'boxes' needs annotated pictures/,
    );
    await expect(net.fit({ boxes: letters.train }, { lossWeights: { boxes: -1 } })).rejects.toThrow(/boxes must be/);
    await expect(
      net.fit({ boxes: letters.train, kind: letters.train }, { validationData: { boxes: letters.test } }),
    ).rejects.toThrow(/'kind' is trained, and has no validation data/);
    const many = scenes({ ...one, things: [2, 2], train: 4, test: 1 });
    await expect(net.fit({ kind: many.train }, { verbose: 0 })).rejects.toThrow(/must show one thing.*2 things/s);
  });
});

it('detectors, segmenters and keypoint detectors look at many pictures in batches', async () => {
  const net = all();
  const pictures = [picture, other, picture];
  const { boxes, masks, points } = net.heads;
  const found = await boxes.detect(pictures, { batchSize: 2, scoreThreshold: 0.01 });
  expect(found).toHaveLength(3);
  const single = await boxes.detect(other, { scoreThreshold: 0.01 });
  expect(found[1].map(({ row }) => row)).toEqual(single.map(({ row }) => row));
  const labels = await masks.segment(pictures, { batchSize: 2 });
  expect(labels.map(({ width, height }) => [width, height])).toEqual([[40, 20], [32, 32], [40, 20]]); // prettier-ignore
  expect(labels[0].labels).toEqual((await masks.segment(picture)).labels);
  const places = await points.detect(pictures);
  expect(places.map((list) => list.map(({ name }) => name))).toEqual([pointNames, pointNames, pointNames]);
  expect(await boxes.detect([])).toEqual([]);
  await expect(boxes.detect([picture], { batchSize: 0 })).rejects.toThrow(/batchSize must be/);
});
