import { describe, expect, it } from 'vitest';
import { scenes } from '../data/scenes.js';
import { createReferenceEngine } from '../engine/reference/referenceEngine.js';
import { GraphBuilder } from '../graph/index.js';
import { operators } from '../ops/index.js';
import { preparePicture } from '../pictures/index.js';
import { zoo } from '../zoo/index.js';
import { drawHeatMap, heatMapLoss, pointsOfHeatMaps } from './heatMaps.js';
import { createKeypointDetector, createSegmenter } from './index.js';

const { train, test } = scenes({ seed: 1, size: 32, kinds: ['xo'], things: [1, 1], train: 32, test: 8 });

/** A small network of maps: a U-Net's way down. */
const backbone = (): ReturnType<typeof createSegmenter>['model'] =>
  createSegmenter('unet', { classes: 2, inputShape: [32, 32, 3], filters: 8, stages: 4 }).model;

describe('heat maps', () => {
  const shape = [24, 32, 2] as const;

  it('say where a point is, between pixels', () => {
    const maps = new Float32Array(24 * 32 * 2);
    drawHeatMap(maps, shape, 0, [41.3, 20.7, 2], [4, 4], 1.5);
    drawHeatMap(maps, shape, 1, [2.1, 93.2, 1], [4, 4], 2);
    const [first, second] = pointsOfHeatMaps(maps, shape, [4, 4]);
    expect(first[0]).toBeCloseTo(41.3, 3);
    expect(first[1]).toBeCloseTo(20.7, 3);
    expect(first[2]).toBeGreaterThan(0.9);
    // At the border there is no neighbour to tell by.
    expect(Math.abs(second[0] - 2.1)).toBeLessThan(2.1);
    expect(Math.abs(second[1] - 93.2)).toBeLessThan(2.1);
  });

  it('count where points are labelled, as the mean over those of the whole batch', async () => {
    const target = new Float32Array(2 * 4 * 4 * 2);
    const points = [[9, 7, 2], [0, 0, 0], [3, 3, 1], undefined] as const;
    points.forEach((point, i) =>
      drawHeatMap(target.subarray((i >> 1) * 32, ((i >> 1) + 1) * 32), [4, 4, 2], i % 2, point, [4, 4], 1),
    );
    const prediction = target.map((value, i) => (value < 0 ? 9 : value + (i < 32 ? 0.5 : 0.25)));
    const graph = new GraphBuilder('loss');
    const values = heatMapLoss().emit(graph.input('p', [2, 4, 4, 2]), graph.input('t', [2, 4, 4, 2]));
    graph.output('mean', operators.reduceMean(values, { axes: [0], keepDims: false }));
    const engine = await createReferenceEngine();
    const { mean } = await engine.compile(graph.finish()).run({ p: prediction, t: target });
    expect(mean.data[0]).toBeCloseTo((0.25 + 0.0625) / 2, 5);
  });
});

describe('a keypoint detector', () => {
  it.each([
    ['joined', [16, 16, 2]],
    ['simpleBaselines', [16, 16, 2]],
  ] as const)('has a head %s, whose maps are a quarter of the side', (head, shape) => {
    const net = zoo.create('resnet18', { inputShape: [64, 64, 3] });
    const pose = createKeypointDetector({ backbone: net, head, points: ['left', 'right'], filters: 16 });
    expect(pose.model.outputShape).toEqual(shape);
    const kinds = pose.model.layers.map(({ className }) => className);
    expect(kinds.filter((kind) => kind === 'Conv2DTranspose')).toHaveLength(head === 'joined' ? 0 : 3);
  });

  it('has a small backbone of its own where none is given', async () => {
    const own = createKeypointDetector({ points: ['nose'], seed: 1 });
    expect(own.model.inputShape).toEqual([128, 128, 3]);
    expect(own.backbone!.outputs.map(({ shape }) => shape)).toEqual([
      [32, 32, 48],
      [16, 16, 96],
      [8, 8, 192],
      [4, 4, 192],
    ]);
    const small = createKeypointDetector({ points: ['nose'], inputShape: [32, 48, 3], seed: 1 });
    expect(small.model.outputShape).toEqual([8, 12, 1]);
    expect(await small.detect({ width: 48, height: 32, data: new Uint8ClampedArray(4 * 48 * 32) })).toHaveLength(1);
    expect(() => createKeypointDetector({ points: ['nose'], inputShape: [16, 64, 3] })).toThrow(/32 pixels a side/);
  });

  it('learns points', async () => {
    const pose = createKeypointDetector({ backbone: backbone(), points: train.pointNames, seed: 1 });
    const before = await pose.evaluate(test, { threshold: 0.25 });
    const { history } = await pose.fit(train, { epochs: 15, batchSize: 4, learningRate: 0.01, verbose: 0 });
    expect(history.loss.at(-1)!).toBeLessThan(0.5 * history.loss[0]);
    const after = await pose.evaluate(test, { threshold: 0.25 });
    expect(after.pck).toBeGreaterThan(before.pck + 0.2);
    expect(after.oks).toBeGreaterThan(before.oks);
  });

  it('finds points in pixels of the picture, whatever margins it got', async () => {
    const pose = createKeypointDetector({ backbone: backbone(), points: ['left', 'right'], seed: 1 });
    const wide = { width: 64, height: 32, data: Uint8ClampedArray.from({ length: 8192 }, (_, i) => (i * 37) % 251) };
    const x = preparePicture(wide, pose.preprocessing);
    const { data } = await pose.model.predict(x.reshape([1, ...x.shape]));
    const inside = pointsOfHeatMaps(data, pose.model.outputShape, [4, 4]);
    const found = await pose.detect(wide);
    expect(found.map(({ name }) => name)).toEqual(['left', 'right']);
    // Brought to 32×16, with margins of 8 above and below.
    inside.forEach(([px, py, score], i) => {
      expect(found[i].x).toBeCloseTo(2 * px, 4);
      expect(found[i].y).toBeCloseTo(2 * (py - 8), 4);
      expect(found[i].score).toBe(score);
    });
  });

  it('says what does not fit', async () => {
    const pose = createKeypointDetector({ backbone: backbone(), points: ['nose'] });
    await expect(pose.fit(train)).rejects.toThrow(
      /the network finds nose; received the data set 'scenes' with points top/,
    );
    const many = scenes({ seed: 1, size: 32, kinds: ['xo'], things: [2, 2], train: 4, test: 1 });
    const others = createKeypointDetector({ backbone: backbone(), points: many.train.pointNames });
    await expect(others.evaluate(many.train)).rejects.toThrow(/must show one thing with points; received 2 things/);
    expect(() => createKeypointDetector({ backbone: backbone(), points: [] })).toThrow(/points must be names/);
  });
});
