import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digits,
  KNearestNeighbors,
  layers,
  sequential,
  templates,
  tensor,
  tilePictures,
  toPicture,
  zoo,
  type Distance,
  type Model,
  type Tensor,
} from '../../src/index.js';
import { moved, resampled } from './moved.js';

const { train, test } = digits({ seed: 1, train: 1500, test: 300 });
const { x, y } = test.arrays;

describe('k nearest neighbours', () => {
  const fourthPowers = (a: Float32Array, b: Float32Array): number => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]) * (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
  };

  it.each<{ name: string; distance: Distance }>([
    { name: 'l1', distance: 'l1' },
    { name: 'l2', distance: 'l2' },
    { name: 'cosine', distance: 'cosine' },
    { name: 'a function', distance: fourthPowers },
  ])('recognises digits by the distance of choice: $name', async ({ distance }) => {
    const classifier = new KNearestNeighbors({ k: 3, distance });
    await classifier.fit(train);
    const some = test.take(100);
    const { accuracy } = await classifier.evaluate(some);
    expect(accuracy).toBeGreaterThan(0.8);
    expect(accuracy).toBeLessThan(1);
    const predicted = await classifier.predict(some);
    expect(predicted.data.filter((label, i) => label === some.label(i)).length / 100).toBeCloseTo(accuracy, 9);
  });

  it('finds what a plain double loop finds', async () => {
    const known = tensor(Array.from({ length: 70 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 70]));
    const asked = tensor(Array.from({ length: 67 }, (_, i) => [Math.sin(i + 0.5), Math.cos(2 * i), 0.5]));
    const row = (t: Tensor, i: number): number[] => [...t.data.subarray(3 * i, 3 * i + 3)];
    const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
    const plain: Record<string, (a: number[], b: number[]) => number> = {
      l1: (a, b) => sum(a.map((value, i) => Math.abs(value - b[i]))),
      l2: (a, b) => Math.hypot(...a.map((value, i) => value - b[i])),
      cosine: (a, b) => 1 - sum(a.map((value, i) => value * b[i])) / (Math.hypot(...a) * Math.hypot(...b)),
    };
    for (const [name, distance] of Object.entries(plain)) {
      const classifier = new KNearestNeighbors({ k: 4, distance: name as 'l1' });
      await classifier.fit(known, new Int32Array(70));
      const { indices, distances } = await classifier.neighbors(asked);
      for (let i = 0; i < 67; i++) {
        const all = Array.from({ length: 70 }, (_, j) => ({ j, d: distance(row(asked, i), row(known, j)) }));
        const nearest = all.sort((a, b) => a.d - b.d || a.j - b.j).slice(0, 4);
        expect([...indices.data.subarray(4 * i, 4 * i + 4)]).toEqual(nearest.map(({ j }) => j));
        // float32 results
        nearest.forEach(({ d }, n) => expect(distances.data[4 * i + n]).toBeCloseTo(d, 5));
      }
    }
  });

  it('knows the pictures it was given, and lets neighbours vote', async () => {
    const one = new KNearestNeighbors({ k: 1 });
    await one.fit(train);
    expect((await one.evaluate(train.take(100))).accuracy).toBe(1);
    expect([...(await one.neighbors(train.take(3))).distances.data]).toEqual([0, 0, 0]);

    const three = new KNearestNeighbors({ k: 3, distance: 'l1' });
    await three.fit(tensor([[0], [1], [3], [10]]), [0, 1, 1, 2]);
    // 0.2: classes 0, 1, 1, the majority wins; 6: 1, 2, 1; −9 and a tie of k = 2: the nearest wins.
    expect([...(await three.predict(tensor([[0.2], [6]]))).data]).toEqual([1, 1]);
    const shares = [...(await three.predictProbabilities(tensor([[0.2]]))).data];
    [1 / 3, 2 / 3, 0].forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 6));
    const two = new KNearestNeighbors({ k: 2, distance: 'l1' });
    await two.fit(tensor([[0], [1], [3], [10]]), [0, 1, 1, 2]);
    expect([...(await two.predict(tensor([[-9]]))).data]).toEqual([0]);
  });

  it('says what is wrong', async () => {
    expect(() => new KNearestNeighbors({ k: 0 })).toThrow(/k must be a whole number from 1; received 0/);
    expect(() => new KNearestNeighbors({ distance: 'l3' as 'l2' })).toThrow(/must be l1, l2, cosine, or a function/);
    const classifier = new KNearestNeighbors({ k: 2 });
    await expect(classifier.predict(x)).rejects.toThrow(/call fit first/);
    await expect(classifier.fit(tensor([[1]]), [0])).rejects.toThrow(/at least k = 2 pictures; received 1/);
    await expect(classifier.fit(tensor([[1], [2]]), [0])).rejects.toThrow(/each of the 2 pictures; received 1 labels/);
    await expect(classifier.fit(tensor([[1], [NaN]]), [0, 1])).rejects.toThrow(/must be finite; received NaN at 1/);
    await classifier.fit(tensor([[1], [2]]), [0, 1]);
    await expect(classifier.predict(tensor([[1, 2]]))).rejects.toThrow(/have shape \[1\]; received \[2\]/);
  });
});

describe('the single-layer template classifier', () => {
  const single = sequential({
    layers: [
      layers.flatten({ inputShape: [28, 28, 1] }),
      layers.dense({ units: 10, activation: 'softmax', kernelInitializer: 'zeros' }),
    ],
    seed: 1,
  });
  const cnn = zoo.create('mnist_cnn', { seed: 1 });

  beforeAll(async () => {
    for (const model of [single, cnn]) {
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
      await model.fit(train, { epochs: 5, batchSize: 32, seed: 1, verbose: 0 });
    }
  });
  afterAll(async () => {
    await single.dispose();
    await cnn.dispose();
  });

  it('has one template for each class, in the shape of the picture: score = template · picture + bias', async () => {
    const all = await templates(single);
    expect(all.shape).toEqual([10, 28, 28, 1]);
    const bias = (await single.getWeights()).get('dense/bias')!.data;
    const picture = moved(test.take(1).arrays.x, 0);
    const scores = Array.from(bias, (b, digit) =>
      picture.data.reduce((sum, value, i) => sum + value * all.data[784 * digit + i], b),
    );
    const exponentials = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const total = exponentials.reduce((a, b) => a + b, 0);
    const expected = await single.predict(picture);
    exponentials.forEach((e, digit) => expect(expected.data[digit]).toBeCloseTo(e / total, 4));
  });

  it('shows the templates as pictures: the zero’s template is against ink in its hole and for ink around it', async () => {
    const all = await templates(single);
    const zero = all.slice(0, 1).reshape([28, 28, 1]);
    const mean = (rows: number[], columns: number[]): number =>
      rows.flatMap((r) => columns.map((c) => zero.data[28 * r + c])).reduce((a, b) => a + b, 0) /
      (rows.length * columns.length);
    const hole = mean([12, 13, 14, 15], [13, 14]);
    expect(hole).toBeLessThan(0);
    const picture = toPicture(zero);
    expect([picture.width, picture.height, picture.data.length]).toEqual([28, 28, 28 * 28 * 4]);
    // Blue in the hole.
    const [red, , blue] = picture.data.subarray(4 * (28 * 14 + 13));
    expect(blue).toBeGreaterThan(red);
    const grid = tilePictures(
      Array.from({ length: 10 }, (_, digit) => toPicture(all.slice(digit, digit + 1).reshape([28, 28, 1]))),
      { columns: 5, magnify: 2, gap: 4 },
    );
    expect([grid.width, grid.height]).toEqual([5 * 60 - 4, 2 * 60 - 4]);
    expect([...grid.data.subarray(0, 4)]).toEqual([...toPicture(zero).data.subarray(0, 4)]);
  });

  it('fails on moved and on cropped digits, where the ConvNet keeps more', async () => {
    const accuracy = async (model: Model, pictures: Tensor): Promise<number> =>
      (await model.evaluate(pictures, y)).accuracy;
    const crop = (at: number): number => 4 + Math.floor((at * 20) / 28);
    const cropped = resampled(x, { row: crop, column: crop });
    const usual = await accuracy(single, moved(x, 0));
    expect(usual).toBeGreaterThan(0.8);
    expect(await accuracy(single, moved(x, 2))).toBeLessThan(usual - 0.3);
    expect(await accuracy(single, cropped)).toBeLessThan(usual - 0.3);
    expect(await accuracy(cnn, moved(x, 2))).toBeGreaterThan((await accuracy(single, moved(x, 2))) + 0.1);
    expect(await accuracy(cnn, cropped)).toBeGreaterThan((await accuracy(single, cropped)) + 0.1);
  });

  it('is told apart from layers that compare no pictures', async () => {
    expect((await templates(cnn)).shape).toEqual([64, 3, 3, 64]);
    await expect(templates(cnn, 'dense_1')).rejects.toThrow(/must be a flattened picture; it is the output of dense/);
    await expect(templates(cnn, 'conv2d')).rejects.toThrow(/needs a dense layer; 'conv2d' is a Conv2D/);
    expect(() => toPicture(tensor([[[1, 2]]]))).toThrow(/needs a tensor \[H, W\]/);
    expect(() => tilePictures([])).toThrow(/at least one picture/);
  });
});
