import { afterAll, describe, expect, it } from 'vitest';
import { cleanLetter, input, KNearestNeighbors, layers, model, sequential, Tensor, xo } from '../../src/index.js';
import { kernelOf, setWeights } from './weighted.js';

describe('a ConvNet made by hand that tells X from O', () => {
  const patterns = [
    ['#..', '.#.', '..#'],
    ['#.#', '.#.', '#.#'],
    ['..#', '.#.', '#..'],
  ];
  const kernel = kernelOf(
    patterns.map((rows) => [rows.map((row) => Array.from(row, (c) => (c === '#' ? 1 : -1) / 9))]),
  );
  const picture = input({ shape: [9, 9, 1] });
  const match = layers.conv2d({ filters: 3, kernelSize: 3, useBias: false, name: 'match' }).apply(picture);
  const rectified = layers.relu().apply(match);
  const pooled = layers.maxPooling2d({ poolSize: 2, ceilMode: true }).apply(rectified);
  const votes = layers.dense({ units: 2, useBias: false, name: 'votes' }).apply(layers.flatten().apply(pooled));
  const toy = model({ inputs: picture, outputs: [match, rectified, pooled, votes] });
  const see = (letter: Tensor): Promise<Tensor<'float32'>[]> => toy.predictAll(letter.reshape([1, 9, 9, 1]));

  afterAll(() => toy.dispose());

  it('gives a map for each pattern, rectifies, pools', async () => {
    await setWeights(toy, { 'match/kernel': kernel });
    const [matched, positive, small] = await see(cleanLetter('X'));
    expect([matched, positive, small].map(({ shape }) => shape)).toEqual([
      [1, 7, 7, 3],
      [1, 7, 7, 3],
      [1, 4, 4, 3],
    ]);
    const at = (maps: Tensor, row: number, column: number, map: number): number =>
      maps.data[(row * maps.shape[2] + column) * 3 + map];
    // Each stroke fits its own diagonal; the crossing fits in the middle only.
    for (const step of [1, 2, 4, 5]) {
      expect(at(matched, step, step, 0)).toBeCloseTo(1, 6);
      expect(at(matched, step, 6 - step, 2)).toBeCloseTo(1, 6);
    }
    const crossing = matched.data.filter((value, i) => i % 3 === 1 && value > 0.99);
    expect(crossing).toHaveLength(1);
    expect(at(matched, 3, 3, 1)).toBeCloseTo(1, 6);
    matched.data.forEach((value, i) => expect(positive.data[i]).toBe(Math.max(0, value)));
    for (const map of [0, 1, 2]) {
      for (let row = 0; row < 4; row++) {
        for (let column = 0; column < 4; column++) {
          const window = [0, 1].flatMap((dy) => [0, 1].map((dx) => [2 * row + dy, 2 * column + dx] as const));
          const inside = window.filter(([y, x]) => y < 7 && x < 7);
          expect(at(small, row, column, map)).toBe(Math.max(...inside.map(([y, x]) => at(positive, y, x, map))));
        }
      }
    }
  });

  it('lets the pooled maps vote for X and O, also where a stroke of the X is bent', async () => {
    await setWeights(toy, { 'match/kernel': kernel });
    const pooledOf = async (letter: Tensor): Promise<Float32Array> => (await see(letter))[2].data;
    const [x, o] = [await pooledOf(cleanLetter('X')), await pooledOf(cleanLetter('O'))];
    const ballots = [x.map((v, i) => Number(v - o[i] > 0.3)), o.map((v, i) => Number(v - x[i] > 0.3))];
    const counts = ballots.map((ballot) => ballot.reduce((a, b) => a + b, 0));
    const weights = Float32Array.from({ length: 96 }, (_, i) => ballots[i % 2][i >> 1] / counts[i % 2]);
    await setWeights(toy, { 'match/kernel': kernel, 'votes/kernel': new Tensor('float32', [48, 2], weights) });
    const bent = new Tensor('float32', [9, 9, 1], cleanLetter('X').data.slice());
    for (const at of [5, 6, 7]) {
      bent.data[at * 9 + at] = -1;
      bent.data[at * 9 + at - 1] = 1;
    }
    const votesOf = async (letter: Tensor): Promise<Float32Array> => (await see(letter))[3].data;
    const [forX, forO, forBent] = [
      await votesOf(cleanLetter('X')),
      await votesOf(cleanLetter('O')),
      await votesOf(bent),
    ];
    expect(forX[0]).toBeGreaterThan(forX[1] + 0.4);
    expect(forO[1]).toBeGreaterThan(forO[0] + 0.4);
    expect(forBent[0]).toBeGreaterThan(forBent[1] + 0.2);
  });
});

describe('letters that are moved, scaled, turned or drawn with another pen', () => {
  it('a trained ConvNet recognises moved, scaled and turned letters that pixel by pixel matching does not', async () => {
    const none = { shift: 0, scale: 0, rotation: 0, weight: 0, noise: 0 };
    const tricky = { shift: 0.25, scale: 0.5, rotation: 45, weight: 0.5, noise: 0.1 };
    const { train } = xo({ seed: 1, train: 2000, test: 1, ...tricky });
    const pixels = new KNearestNeighbors({ k: 1, distance: 'cosine' });
    await pixels.fit(xo({ seed: 1, train: 2, test: 1, ...none }).train);
    const cnn = sequential({
      layers: [
        layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, activation: 'relu', inputShape: [32, 32, 1] }),
        layers.maxPooling2d(),
        layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d(),
        layers.flatten(),
        layers.dense({ units: 2, activation: 'softmax' }),
      ],
      seed: 1,
    });
    cnn.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    await cnn.fit(train, { epochs: 8, batchSize: 32, seed: 1, verbose: 0 });
    const accuracies = async (options: Parameters<typeof xo>[0]): Promise<[number, number]> => {
      const { test } = xo({ seed: 2, train: 1, test: 300, ...none, ...options });
      return [(await pixels.evaluate(test)).accuracy, (await cnn.evaluate(test)).accuracy];
    };
    expect(await accuracies({})).toEqual([1, 1]);
    for (const options of [{ shift: tricky.shift }, { scale: tricky.scale }, { rotation: tricky.rotation }, tricky]) {
      const [byPixel, byCnn] = await accuracies(options);
      expect(byCnn, JSON.stringify(options)).toBeGreaterThan(0.9);
      expect(byCnn, JSON.stringify(options)).toBeGreaterThan(byPixel + 0.1);
    }
    expect((await accuracies({ weight: tricky.weight }))[1]).toBeGreaterThan(0.95);
    await cnn.dispose();
  });
});
