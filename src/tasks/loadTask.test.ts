import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../formats/loadModel.js';
import { modelFromBytes, type Model } from '../models/index.js';
import { zoo } from '../zoo/index.js';
import {
  createDetector,
  createKeypointDetector,
  createSegmenter,
  loadDetector,
  loadKeypointDetector,
  loadSegmenter,
  type Detector,
} from './index.js';
import { taskOf } from './loadTask.js';
import { taskKey } from './taskDescription.js';

const picture = {
  width: 90,
  height: 60,
  data: Uint8ClampedArray.from({ length: 4 * 90 * 60 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 251)),
};

const classes = ['cat', 'dog'];
const inputShape = [64, 64, 3];

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'striate-task-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const detectors: Readonly<Record<string, () => Detector>> = {
  ssdlite320_mobilenet_v3_large: () => createDetector('ssdlite320_mobilenet_v3_large', { classes, inputShape }),
  fcos_resnet50_fpn: () => createDetector('fcos_resnet50_fpn', { classes, inputShape }),
  'FCOS on a backbone': () => createDetector({ backbone: 'squeezenet1_1', head: 'fcos', classes, inputShape }),
  'SSD on a backbone': () => createDetector({ backbone: 'squeezenet1_1', head: 'ssd', classes, inputShape }),
};

describe('a detector in a file', () => {
  it.each(Object.keys(detectors))('finds what it found before: %s', async (name) => {
    const detector = detectors[name]();
    const options = { scoreThreshold: 0.001, maxDetections: 9 };
    const before = await detector.detect(picture, options);
    const again = await loadDetector(await detector.toBytes());
    expect(before.length).toBeGreaterThan(0);
    expect(await again.detect(picture, options)).toEqual(before);
    expect(again.architecture).toBe(detector.architecture);
    expect(again.classNames).toEqual(detector.classNames);
    expect(again.preprocessing).toEqual(detector.preprocessing);
    expect(again.defaults).toEqual(detector.defaults);
    expect(again.plan.decoding).toEqual(detector.plan.decoding);
    expect(again.backbone?.outputs.map(({ shape }) => shape)).toEqual(
      detector.backbone?.outputs.map(({ shape }) => shape),
    );
    // The backbone's layers are the network's own, so that freezing it freezes them.
    again.backbone?.freeze();
    if (again.backbone) expect(again.model.layers.some(({ trainable }) => !trainable)).toBe(true);
  });

  it('is a file as any model, which loadModel opens, too', async () => {
    const path = join(folder, 'pets.safetensors');
    const detector = detectors['SSD on a backbone']();
    await detector.save(path);
    expect((await loadDetector(path)).classNames).toEqual(['__background__', ...classes]);
    expect((await loadModel(path)).outputs.map(({ shape }) => shape)).toEqual(
      detector.model.outputs.map(({ shape }) => shape),
    );
    await expect(detector.save(join(folder, 'pets.keras'))).rejects.toThrow(
      /Detector.save: .*must end in .safetensors; received '.*pets.keras'.*exportOnnx/,
    );
    await expect(loadSegmenter(path)).rejects.toThrow(
      /pets.safetensors: holds a detector, and no segmenter; open it with loadDetector$/,
    );
  });
});

describe('a segmenter in a file', () => {
  it.each([
    ['lraspp_mobilenet_v3_large', () => createSegmenter('lraspp_mobilenet_v3_large', { classes, inputShape })],
    ['U-Net', () => createSegmenter('unet', { classes, inputShape, filters: 4, stages: 3 })],
    ['a head on a backbone', () => createSegmenter({ backbone: 'squeezenet1_1', classes, inputShape })],
    ['one with an auxiliary head', () => createSegmenter('deeplabv3_mobilenet_v3_large', { classes, inputShape })],
  ] as const)('names the pixels that it named before: %s', async (_, create) => {
    const segmenter = create();
    const { labels } = await segmenter.segment(picture);
    const again = await loadSegmenter(await segmenter.toBytes());
    expect((await again.segment(picture)).labels).toEqual(labels);
    expect(again.architecture).toBe(segmenter.architecture);
    expect(again.preprocessing).toEqual(segmenter.preprocessing);
    expect(again.backbone?.outputs.length).toBe(segmenter.backbone?.outputs.length);
    expect(again.model.topology.auxiliaries.length).toBe(segmenter.model.topology.auxiliaries.length);
  });
});

describe('a keypoint detector in a file', () => {
  it('finds the points that it found before', async () => {
    const points = ['left', 'right'];
    const pose = createKeypointDetector({ backbone: 'squeezenet1_1', points, inputShape });
    const bytes = await pose.toBytes();
    const again = await loadKeypointDetector(bytes);
    expect(await again.detect(picture)).toEqual(await pose.detect(picture));
    expect(again.pointNames).toEqual(points);
    expect(again.preprocessing).toEqual(pose.preprocessing);
    expect(again.backbone?.outputs.length).toBe(pose.backbone?.outputs.length);
    await expect(loadDetector(bytes)).rejects.toThrow(/a keypoint detector, and no detector; open it with loadKey/);
    const model = await modelFromBytes(bytes);
    const own = JSON.parse(model.metadata[taskKey]) as object;
    for (const pointNames of [undefined, [], ['a', 'a'], [1, 2]]) {
      model.metadata[taskKey] = JSON.stringify({ ...own, pointNames });
      expect(() => taskOf(model, 'pose')).toThrow(/pose: what it says of its points is damaged/);
    }
    model.metadata[taskKey] = JSON.stringify({ ...own, pointNames: ['a', 'b', 'c'] });
    expect(() => taskOf(model, 'pose')).toThrow(/does not give the points that it says/);
  });
});

describe('a file that says what is not so', () => {
  /** A detector's network, whose description `change` changes. */
  async function changed(change: (description: Record<string, never>) => unknown): Promise<Model> {
    const model = await modelFromBytes(await detectors['FCOS on a backbone']().toBytes());
    const text: unknown = change(JSON.parse(model.metadata[taskKey]) as Record<string, never>);
    model.metadata[taskKey] = typeof text === 'string' ? text : JSON.stringify(text);
    return model;
  }

  it.each<[string, (description: Record<string, never>) => unknown, RegExp]>([
    ['no JSON', () => '{', /what it says its numbers mean is damaged/],
    ['a list', () => [], /what it says its numbers mean is damaged/],
    ['another task', (own) => ({ ...own, task: 'singing' }), /what it says its numbers mean is damaged/],
    ['an unknown network', (own) => ({ ...own, architecture: 'yolo99' }), /architecture that is not known: 'yolo99'/],
    ['a name that every object has', (own) => ({ ...own, architecture: 'constructor' }), /not known: 'constructor'/],
    ['no plan', ({ plan: _, ...own }) => own, /what it says of its boxes is damaged/],
    ['a kind of decoding', (own) => withPlan(own, { decoding: { kind: 'x' } }), /of its boxes is damaged/],
    [
      'endless candidates',
      (own) => withPlan(own, { decoding: { ...decodingOf(own), candidates: 1e300 } }),
      /of its boxes is damaged/,
    ],
    ['no sizes', (own) => withPlan(own, { boxes: { kind: 'anchors', sizes: [], aspectRatios: [1] } }), /does not give/],
    [
      'more boxes',
      (own) => withPlan(own, { boxes: { kind: 'anchors', sizes: [[8, 9], [16], [32]], aspectRatios: [1] } }),
      /does not give the boxes that it says/,
    ],
    [
      'a size below nothing',
      (own) => withPlan(own, { boxes: { kind: 'anchors', sizes: [[-8], [16], [32]], aspectRatios: [1] } }),
      /of its boxes is damaged/,
    ],
    ['another decoding', (own) => withPlan(own, { decoding: { ...decodingOf(own), kind: 'ssd' } }), /does not give/],
    ['a backbone that is not there', (own) => ({ ...own, backbone: [['no', 0]] }), /of its backbone is damaged/],
    ['a backbone of nothing', (own) => ({ ...own, backbone: [] }), /of its backbone is damaged/],
    ['a segmenter', ({ plan: _, ...own }) => ({ ...own, task: 'segmentation', architecture: 'unet' }), /the masks/],
  ])('is refused: %s', async (_, change, message) => {
    const model = await changed(change);
    expect(() => taskOf(model, 'pets.safetensors')).toThrow(message);
    expect(() => taskOf(model, 'pets.safetensors')).toThrow(/^pets\.safetensors/);
  });

  it('is refused without the names of classes', async () => {
    const model = await changed((own) => own);
    model.classNames = undefined;
    expect(() => taskOf(model, 'pets.safetensors')).toThrow(/does not say what its classes are called/);
  });

  it('is a classifier to those who ask for boxes', async () => {
    const bytes = await zoo.create('squeezenet1_1', { inputShape, classes: 3 }).toBytes();
    await expect(loadDetector(bytes)).rejects.toThrow(/says nothing of boxes, masks or points, and no detector/);
  });
});

const withPlan = (own: Record<string, never>, plan: object): object => ({
  ...own,
  plan: { ...(own.plan as object), ...plan },
});

const decodingOf = (own: Record<string, never>): object => (own.plan as { decoding: object }).decoding;
