import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDetector, pytorchShapes, Tensor, type Model } from '../../../src/index.js';
import { detectionArchitectures, type DetectionName } from '../../../src/zoo/detection.js';
import { segmentationArchitectures, type SegmentationName } from '../../../src/zoo/segmentation.js';
import { formulaInput, formulaWeights, uniform } from '../formula.js';

/** Of a raw output: its shape, its largest absolute value, and values at places spread evenly. */
interface Sampled {
  readonly shape: readonly number[];
  readonly largest: number;
  readonly values: readonly number[];
}

/** What torchvision 0.29 gave (make_tasks.py). */
const golden = JSON.parse(readFileSync(new URL('tasks.json', import.meta.url), 'utf8')) as {
  readonly segmenters: Readonly<
    Record<SegmentationName, { inputShape: [number, number, number]; out: Sampled; areas: number[] }>
  >;
  readonly detectors: Readonly<
    Record<
      DetectionName,
      {
        inputShape: [number, number, number];
        outputs: Readonly<Record<string, Sampled>>;
        anchors: Sampled;
        count: number;
        detections: readonly (readonly number[])[];
      }
    >
  >;
};

/** The model's outputs of the formula's picture, with the formula's weights. */
async function outputsOf(model: Model): Promise<Tensor<'float32'>[]> {
  const weights = [...pytorchShapes(model)].map(
    ([tensor, shape]) => [tensor, new Tensor('float32', shape, formulaWeights(tensor, shape))] as const,
  );
  await model.loadWeights(new Map(weights));
  const [height, width, channels] = model.inputShape;
  const picture = formulaInput([1, channels, height, width]);
  const outputs = await model.predictAll(new Tensor('float32', [1, height, width, channels], picture));
  await model.dispose();
  return outputs;
}

/** The worst difference, as a share of the largest value. */
function deviation({ data, shape }: Tensor<'float32'>, { shape: expected, largest, values }: Sampled): number {
  expect(shape.slice(1)).toEqual(expected);
  const places = values.map((_, i) => Math.floor((i * (data.length - 1)) / (values.length - 1)));
  return Math.max(...places.map((place, i) => Math.abs(data[place] - values[i]))) / largest;
}

describe('segmenters give what torchvision gives for the same weights', () => {
  it.each(Object.entries(golden.segmenters))('%s', async (name, { inputShape, out, areas }) => {
    const [scores] = await outputsOf(segmentationArchitectures[name as SegmentationName].create(name, { inputShape }));
    expect(deviation(scores, out)).toBeLessThan(1e-5);
    const counts = areas.map(() => 0);
    for (let at = 0; at < scores.data.length; at += counts.length) {
      const pixel = scores.data.subarray(at, at + counts.length);
      counts[pixel.indexOf(Math.max(...pixel))]++;
    }
    expect(counts).toEqual(areas);
  });
});

describe('detectors give what torchvision gives for the same weights', () => {
  it.each(Object.entries(golden.detectors))('%s', async (name, { inputShape, outputs }) => {
    const received = await outputsOf(detectionArchitectures[name as DetectionName].create(name, { inputShape }));
    const expected = Object.values(outputs);
    expect(received).toHaveLength(expected.length);
    received.forEach((output, i) => expect(deviation(output, expected[i])).toBeLessThan(1e-5));
  });
});

/** Raw outputs that the formula makes, as make_tasks.py makes them. */
const madeOf: Readonly<Record<string, (name: DetectionName) => (u: number) => number>> = {
  cls_logits: (name) => (u) => (name.startsWith('retinanet') ? 1.5 : 4) * (2 * u - 1),
  bbox_regression: (name) => (u) => 2 * u - 1 + (name.startsWith('fcos') ? 1 : 0),
  bbox_ctrness: () => (u) => 2 * (2 * u - 1),
};

describe('raw outputs are decoded to the boxes that torchvision keeps', () => {
  it.each(Object.entries(golden.detectors))('%s', (key, { inputShape, outputs, anchors, count, detections }) => {
    const name = key as DetectionName;
    const detector = createDetector(name, { inputShape });
    const { defaults } = detector;
    expect(deviation(new Tensor('float32', [1, defaults.length / 4, 4], defaults), anchors)).toBeLessThan(1e-6);
    const made = Object.entries(outputs).map(([output, { shape }]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return new Tensor('float32', [1, ...shape], uniform(output, size, madeOf[output](name)));
    });
    const found = detector.decode(made);
    expect(found).toHaveLength(count);
    // Scores that are equal in single precision may come in any order, in PyTorch too; a hundredth of a pixel.
    const left = new Set(detections);
    for (const { label, score, box } of found.slice(0, detections.length)) {
      const [first] = left;
      const same = [...left].find(
        ([name, , ...edges]) => name === label && edges.every((edge, side) => Math.abs(edge - box[side]) < 0.01),
      );
      expect(same, `${label} ${score}`).toBeDefined();
      expect(Math.abs(same![1] - score)).toBeLessThan(1e-6);
      expect(Math.abs(same![1] - first[1])).toBeLessThan(2e-6);
      left.delete(same!);
    }
  });
});

/** What make_padded.py multiplies by and adds to the last layers' weights, by the ends of their names. */
const changedLayers = {
  fcos_resnet50_fpn: { 'cls_logits.weight': [0.5, 0], 'bbox_reg.weight': [0.1, 0], 'bbox_reg.bias': [1, 1] },
  retinanet_resnet50_fpn: { 'cls_logits.weight': [0.01, 0], 'bbox_reg.weight': [0.002, 0] },
} as const satisfies Partial<Record<DetectionName, Readonly<Record<string, readonly [number, number]>>>>;

describe('detect finds what torchvision finds in a picture that needs margins', () => {
  const padded = JSON.parse(readFileSync(new URL('padded.json', import.meta.url), 'utf8')) as Readonly<
    Record<keyof typeof changedLayers, readonly (readonly number[])[]>
  >;
  const [width, height] = [96, 60];
  const rgb = uniform('picture', 3 * width * height, (u) => Math.floor(256 * u));
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[3 * Math.floor(i / 4) + (i % 4)],
  );

  it.each(Object.keys(changedLayers) as (keyof typeof changedLayers)[])('%s', async (name) => {
    const detector = createDetector(name, { inputShape: [64, 96, 3] });
    const weights = [...pytorchShapes(detector.model)].map(([tensor, shape]) => {
      const changes: Readonly<Record<string, readonly [number, number]>> = changedLayers[name];
      const changed = Object.keys(changes).find((end) => tensor.endsWith(end));
      const [factor, offset] = changed === undefined ? [1, 0] : changes[changed];
      const values = formulaWeights(tensor, shape).map((value) => value * factor + offset);
      return [tensor, new Tensor('float32', shape, values)] as const;
    });
    await detector.model.loadWeights(new Map(weights));
    const found = await detector.detect({ width, height, data }, { scoreThreshold: 0.1 });
    await detector.model.dispose();
    // Scores that differ by less than the outputs do may come in another order.
    for (const [label, score, ...edges] of padded[name]) {
      const same = found.filter(
        (own) => own.label === label && edges.every((edge, side) => Math.abs(edge - own.box[side]) < 0.02),
      );
      expect(same, `${label} ${edges.join(' ')}`).toHaveLength(1);
      expect(Math.abs(same[0].score - score)).toBeLessThan(1e-4);
    }
    expect(Math.abs(found[0].score - padded[name][0][1])).toBeLessThan(1e-4);
  });
});
