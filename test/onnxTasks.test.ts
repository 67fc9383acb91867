import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../src/engine/index.js';
import { exportOnnx, type ExportOnnxOptions } from '../src/formats/onnx/index.js';
import { preparePicture } from '../src/pictures/index.js';
import { createDetector, createSegmenter, type Detector, type NamedDetection } from '../src/tasks/index.js';
import { Tensor } from '../src/tensor/index.js';
import { pytorchShapes } from '../src/weights/index.js';
import type { DetectionName } from '../src/zoo/detection.js';
import { zoo } from '../src/zoo/index.js';
import { formulaWeights, uniform } from './golden/formula.js';
import { onnxRuntime, runOnnx } from './onnxRuntime.js';

const runtime = onnxRuntime() !== undefined;
const reason = runtime ? '' : ' (skipped: onnxruntime-node is not there; npm run bench:install)';
const engine = await openEngine('wasm', { threads: 1 });
afterAll(() => engine.close());

/**
 * Sizes that all maps still fit in; and, by parts of names, what the last layers' weights are multiplied by and what is added, so
 * that scores are spread and boxes have a size.
 */
const detectors = {
  ssdlite320_mobilenet_v3_large: {
    size: [128, 160],
    changes: { classification_head: [3, 0], regression_head: [0.3, 0] },
  },
  ssd300_vgg16: { size: [300, 300], changes: { classification_head: [0.002, 0], regression_head: [0.002, 0] } },
  fcos_resnet50_fpn: {
    size: [96, 128],
    changes: { 'cls_logits.weight': [0.5, 0], 'bbox_reg.weight': [0.1, 0], 'bbox_reg.bias': [1, 1] },
  },
  retinanet_resnet50_fpn: {
    size: [96, 128],
    changes: { 'cls_logits.weight': [0.01, 0], 'bbox_reg.weight': [0.002, 0] },
  },
} as const satisfies Record<
  DetectionName,
  {
    readonly size: readonly [number, number];
    readonly changes: Readonly<Record<string, readonly [factor: number, offset: number]>>;
  }
>;

const names = Object.keys(detectors) as DetectionName[];

async function made(name: DetectionName, classes: number): Promise<Detector> {
  const { size, changes } = detectors[name];
  const detector = createDetector(name, { inputShape: [...size, 3], classes });
  const weights = [...pytorchShapes(detector.model)].map(([tensor, shape]) => {
    const found = Object.entries<readonly [number, number]>(changes).find(([part]) => tensor.includes(part));
    const [factor, offset] = found?.[1] ?? [1, 0];
    const values = formulaWeights(tensor, shape).map((value) => value * factor + offset);
    return [tensor, new Tensor('float32', shape, values)] as const;
  });
  await detector.model.loadWeights(new Map(weights));
  detector.model.useEngine({ engine });
  return detector;
}

function pictureOf(height: number, width: number): { width: number; height: number; data: Uint8ClampedArray } {
  const colours = uniform('picture', 4 * width * height, (u) => 256 * u);
  return { width, height, data: Uint8ClampedArray.from(colours, (v, i) => (i % 4 === 3 ? 255 : v)) };
}

/** What onnxruntime finds. */
async function foundBy(bytes: Uint8Array, x: Tensor<'float32'>, layout?: 'NCHW' | 'NHWC') {
  const [boxes, scores, labels] = await runOnnx(bytes, [x.reshape([1, ...x.shape])], layout);
  expect(boxes.shape).toEqual([labels.size, 4]);
  return Array.from(scores.data, (score, i) => ({
    score,
    label: labels.data[i],
    box: [...boxes.data.subarray(4 * i, 4 * i + 4)],
  }));
}

/** The same things in the same order; those whose scores differ by less than rounding may have changed places. */
function expectSame(received: Awaited<ReturnType<typeof foundBy>>, expected: readonly NamedDetection[]): void {
  expect(received).toHaveLength(expected.length);
  const left = new Set(received);
  expected.forEach(({ score, label, box }, i) => {
    const same = [...left].find(
      (one) => one.label === label && one.box.every((edge, side) => Math.abs(edge - box[side]) < 0.01),
    );
    expect(same, `${i}: ${label} ${box.join(' ')}`).toBeDefined();
    left.delete(same!);
    expect(Math.abs(same!.score - score)).toBeLessThan(1e-5);
    expect(Math.abs(received[i].score - score)).toBeLessThan(1e-5);
  });
}

describe.runIf(runtime)(`a detector’s ONNX file finds what detect finds${reason}`, () => {
  it.each(names)('%s', async (name) => {
    const detector = await made(name, 7);
    const [height, width] = detectors[name].size;
    const picture = pictureOf(height, width);
    const expected = await detector.detect(picture);
    expect(expected.length).toBeGreaterThan(10);
    const x = preparePicture(picture, detector.preprocessing);
    expectSame(await foundBy(await exportOnnx(detector), x), expected);
    // Fewer of them, in the oldest and the newest opset, and none at all.
    const middle = expected[expected.length >> 1].score + 1e-4;
    const few = { scoreThreshold: middle, maxDetections: 5 };
    for (const options of [{ opset: 11 }, { opset: 21, layout: 'NHWC' }] as const satisfies ExportOnnxOptions[])
      expectSame(
        await foundBy(
          await exportOnnx(detector, { ...options, ...few }),
          x,
          'layout' in options ? options.layout : undefined,
        ),
        await detector.detect(picture, few),
      );
    expect(await foundBy(await exportOnnx(detector, { scoreThreshold: 1 }), x)).toEqual([]);
    await detector.model.dispose();
  });

  it.each(['fcos', 'ssd'] as const)('a head of %s on another backbone', async (head) => {
    const backbone = zoo.create('resnet18', { inputShape: [96, 64, 3], seed: 1 });
    const detector = createDetector({ backbone, head, classes: ['cat', 'dog'], seed: 3 });
    detector.model.useEngine({ engine });
    const picture = pictureOf(96, 64);
    const options = { scoreThreshold: 0.001, maxDetections: 20 };
    const x = preparePicture(picture, detector.preprocessing);
    const bytes = await exportOnnx(detector, options);
    expectSame(await foundBy(bytes, x), await detector.detect(picture, options));
    await detector.model.dispose();
  });

  it('or what its network gives, of any number of pictures', async () => {
    const detector = await made('ssdlite320_mobilenet_v3_large', 7);
    const bytes = await exportOnnx(detector, { decoding: 'raw' });
    const [height, width] = detectors.ssdlite320_mobilenet_v3_large.size;
    const x = new Tensor(
      'float32',
      [2, height, width, 3],
      uniform('x', 6 * height * width, (u) => 2 * u - 1),
    );
    const [scores, boxes] = await runOnnx(bytes, [x]);
    const expected = await detector.model.predictAll(x);
    [scores, boxes].forEach(({ data, shape }, i) => {
      expect(shape).toEqual(expected[i].shape);
      expect(Math.max(...data.map((value, at) => Math.abs(value - expected[i].data[at])))).toBeLessThan(1e-3);
    });
    await detector.model.dispose();
  });
});

describe.runIf(runtime)(`a segmenter’s ONNX file says of each pixel what it is${reason}`, () => {
  it.each(['NCHW', 'NHWC'] as const)('%s', async (layout) => {
    const segmenter = createSegmenter('lraspp_mobilenet_v3_large', { classes: 4, inputShape: [48, 64, 3] });
    segmenter.model.useEngine({ engine });
    const picture = pictureOf(48, 64);
    const x = preparePicture(picture, segmenter.preprocessing).reshape([1, 48, 64, 3]);
    const { labels } = await segmenter.segment(picture);
    const [found] = await runOnnx(await exportOnnx(segmenter, { layout }), [x], layout);
    expect(found.shape).toEqual([1, 48, 64]);
    const others = found.data.filter((label, i) => label !== labels[i]).length;
    expect(others).toBeLessThan(labels.length * 1e-3);
    expect(new Set(labels).size).toBeGreaterThan(1);
    const [scores] = await runOnnx(await exportOnnx(segmenter, { layout, decoding: 'raw' }), [x], layout);
    expect(scores.shape).toEqual([1, 48, 64, 4]);
    await segmenter.model.dispose();
  });
});
