import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../formats/index.js';
import { layers, input } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { createDetector, loadDetector } from './index.js';

/** Three halvings, and nothing a detector does not need. */
function smallBackbone(side = 64): Model {
  const x = input({ shape: [side, side, 3] });
  const maps = [8, 12, 16].reduce(
    (y, filters) =>
      layers
        .conv2d({ filters, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', name: `conv${filters}` })
        .apply(y),
    x,
  );
  const means = layers.globalAveragePooling2d().apply(maps);
  return model({ inputs: x, outputs: layers.dense({ units: 3, name: 'classes' }).apply(means), seed: 2 });
}

const pretrained = join(process.env.STRIATE_DATA ?? '', 'pretrained', 'squeezenet1_1-imagenet.onnx');
const hasData = process.env.STRIATE_DATA !== undefined && existsSync(pretrained);

describe('a detector on a backbone of one’s own', () => {
  it('is FCOS’s head on the maps of a model, whose weights stay its own', async () => {
    const backbone = smallBackbone();
    const detector = createDetector({ backbone, classes: ['circle', 'square'], filters: 16, seed: 1 });
    expect(detector.architecture).toBe('fcos');
    expect(detector.backbone!.outputs.map(({ shape }) => shape)).toEqual([
      [16, 16, 12],
      [8, 8, 16],
    ]);
    const places = 16 * 16 + 8 * 8;
    expect(detector.model.outputs.map(({ shape }) => shape)).toEqual([
      [places, 3],
      [places, 4],
      [places, 1],
    ]);
    const kernel = 'conv8/kernel';
    const [own, given] = [await detector.model.getWeights(), await backbone.getWeights()];
    expect(own.get(kernel)!.data).toEqual(given.get(kernel)!.data);
    const changed = new Map([...given].map(([name, { shape, data }]) => [name, new Tensor('float32', shape, data.map((v) => 2 * v))])); // prettier-ignore
    await backbone.setWeights(changed);
    expect((await detector.model.getWeights()).get(kernel)!.data).toEqual(changed.get(kernel)!.data);
    detector.backbone!.freeze();
    const trained = detector.model.layers.filter(({ trainable, weights }) => trainable && weights.length > 0);
    expect(trained.every(({ name }) => name.startsWith('detection.'))).toBe(true);
  });

  it('without a backbone has a compact one, for the size that is asked for', async () => {
    const small = createDetector({ classes: ['circle', 'square'], seed: 1 });
    expect(small.backbone!.outputs.map(({ shape }) => shape)).toEqual([
      [16, 16, 64],
      [8, 8, 128],
    ]);
    const large = createDetector({ classes: ['circle'], inputShape: [256, 320, 3], head: 'ssd' });
    expect(large.backbone!.outputs.map(({ shape }) => shape)).toEqual([
      [32, 40, 64],
      [16, 20, 128],
      [8, 10, 256],
    ]);
    expect(small.preprocessing.mean).toEqual([0.5, 0.5, 0.5]);
    const again = await loadDetector(await small.toBytes());
    const x = new Tensor(
      'float32',
      [1, 128, 128, 3],
      Float32Array.from({ length: 128 * 128 * 3 }, (_, i) => Math.sin(i)),
    );
    expect((await again.model.predictAll(x))[0].data).toEqual((await small.model.predictAll(x))[0].data);
  });

  it('decodes distances from the corner of each position, in strides of its map', () => {
    const detector = createDetector({ backbone: smallBackbone(), classes: ['circle', 'square'], filters: 8 });
    const [scores, boxes, centerness] = detector.model.outputs.map(
      ({ shape }) => new Float32Array(shape[0] * shape[1]),
    );
    scores.fill(-20);
    // A square at row 2, column 3 of the map with stride 8, behind 256 places of the map with stride 4.
    const place = 16 * 16 + 2 * 8 + 3;
    scores[3 * place + 2] = 5;
    centerness[place] = 5;
    boxes.set([1, 0.5, 2, 1.25], 4 * place);
    const rows = 16 * 16 + 64;
    const found = detector.decode([
      new Tensor('float32', [1, rows, 3], scores),
      new Tensor('float32', [1, rows, 4], boxes),
      new Tensor('float32', [1, rows, 1], centerness),
    ]);
    expect(found).toEqual([
      { label: 2, name: 'square', score: expect.closeTo(0.9933, 4) as number, box: [16, 12, 40, 26], row: place },
    ]);
  });

  it('undoes the margins of a picture that lies amid black', async () => {
    const detector = createDetector({ backbone: smallBackbone(), head: 'ssd', classes: 2, filters: 8 });
    expect(detector.preprocessing).toMatchObject({ size: [64, 64], fit: 'contain' });
    const picture = { width: 60, height: 30, data: new Uint8ClampedArray(4 * 60 * 30).fill(99) };
    const found = await detector.detect(picture, { scoreThreshold: 0 });
    expect(found.length).toBeGreaterThan(10);
    for (const { box } of found) {
      expect(Math.min(...box)).toBeGreaterThanOrEqual(0);
      expect(box[2]).toBeLessThanOrEqual(60);
      expect(box[3]).toBeLessThanOrEqual(30);
    }
  });

  it('has SSD’s default boxes of all sizes on as many maps as asked for', () => {
    const detector = createDetector({ backbone: smallBackbone(), head: 'ssd', classes: 2, filters: 8, extraLevels: 1 });
    const places = 6 * (16 * 16 + 8 * 8 + 4 * 4);
    expect(detector.model.outputs.map(({ shape }) => shape)).toEqual([
      [places, 2],
      [places, 4],
    ]);
    const widths = Array.from({ length: places }, (_, i) => detector.defaults[4 * i + 2] - detector.defaults[4 * i]);
    expect(Math.min(...widths)).toBeLessThan(10);
    expect(Math.max(...widths)).toBeGreaterThan(60);
  });

  it('may stand on one map alone', () => {
    const detector = createDetector({ backbone: smallBackbone(), levels: [3], classes: 2, filters: 8 });
    expect(detector.defaults.length).toBe(4 * 8 * 8);
  });

  it('suits small pictures, and large ones', () => {
    const levels = (side: number): number[] =>
      createDetector({ backbone: 'mobilenet_v3_large', inputShape: [side, side, 3], classes: 2 }).backbone!.outputs.map(
        ({ shape }) => side / shape[0],
      );
    expect(levels(128)).toEqual([4, 8, 16]);
    expect(levels(320)).toEqual([8, 16, 32]);
  });

  it('costs at most 11 % more than the classifier, on mobilenet_v3_large at 320', () => {
    const backbone = zoo.create('mobilenet_v3_large', { inputShape: [320, 320, 3] });
    const detector = createDetector({ backbone, classes: 21 });
    const both = model({ inputs: backbone.inputs, outputs: [...backbone.outputs, ...detector.model.outputs] });
    const share = both.summarize().multiplyAdds / backbone.summarize().multiplyAdds - 1;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.11);
  });

  it.skipIf(!hasData)(
    `stands on an imported file${hasData ? '' : ': skipped, STRIATE_DATA names no folder with weights'}`,
    async () => {
      const backbone = await importOnnx(readFileSync(pretrained));
      backbone.preprocessing = zoo.describe('squeezenet1_1').preprocessing;
      const detector = createDetector({ backbone, classes: ['cat', 'dog'] });
      expect(detector.backbone!.outputs.length).toBeGreaterThan(1);
      expect(detector.preprocessing.mean).toEqual(backbone.preprocessing.mean);
      const picture = { width: 60, height: 30, data: new Uint8ClampedArray(4 * 60 * 30).fill(99) };
      expect((await detector.detect(picture, { scoreThreshold: 0, maxDetections: 5 })).length).toBe(5);
    },
  );

  it('says what does not fit', () => {
    const backbone = smallBackbone();
    expect(() => createDetector({ backbone, filters: 20 })).toThrow(/filters must be a multiple of 8/);
    expect(() => createDetector({ backbone, head: 'yolo' as 'ssd' })).toThrow(/head must be fcos or ssd/);
    expect(() => createDetector({ backbone, levels: [5] })).toThrow(/has no map of level 5.*its levels are 1 \(/);
    expect(() => createDetector({ backbone, inputShape: [32, 32, 3] })).toThrow(/takes pictures of 64×64×3/);
    const flat = model({
      inputs: backbone.inputs,
      outputs: layers.activation({ activation: 'relu' }).apply(backbone.input),
    });
    expect(() => createDetector({ backbone: flat })).toThrow(/no map|no feature/);
    expect(() => createDetector({ backbone: 'resnet19' as 'resnet18' })).toThrow(/there is no model 'resnet19'/);
    expect(() => createDetector({ backbone: {} } as never)).toThrow(/backbone must be a model/);
  });
});
