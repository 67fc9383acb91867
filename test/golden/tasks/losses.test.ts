import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createDetector, optimizers, pytorchShapes, Tensor, type Box, type Model } from '../../../src/index.js';
import { detectionLoss, detectionTargets } from '../../../src/tasks/detectorTraining.js';
import { pytorchWeights } from '../../../src/weights/pytorchWeights.js';
import type { DetectionName } from '../../../src/zoo/detection.js';
import { formulaWeights, uniform } from '../formula.js';

/** Of a gradient in double precision: values at places spread evenly, and how far PyTorch in single precision is from it. */
interface Sampled {
  readonly shape: readonly number[];
  readonly largest: number;
  readonly values: readonly number[];
  readonly float32: number;
}

interface Learned {
  readonly inputShape: [number, number, number];
  readonly losses: Readonly<Record<string, number>>;
  readonly gradients: Readonly<Record<string, Sampled>>;
}

/** What torchvision 0.29 gave (make_losses.py). */
const { things, ...golden } = JSON.parse(readFileSync(new URL('losses.json', import.meta.url), 'utf8')) as Record<
  DetectionName,
  Learned
> & { readonly things: readonly { readonly boxes: readonly Box[]; readonly labels: readonly number[] }[] };

/** torchvision's names of a loss's parts. */
const partNames: Readonly<Record<string, string>> = {
  classification: 'classification',
  boxRegression: 'bbox_regression',
  centerness: 'bbox_ctrness',
};

/** A model's weights in PyTorch's layouts. */
async function weightsOf(model: Model): Promise<Map<string, Float32Array>> {
  const values = await model.getWeights();
  return new Map(
    pytorchWeights(model.topology).map((weight) => {
      const { name, variable } = weight;
      const own = values.get(variable.name);
      if (!own) throw new Error(`no weight ${variable.name}`);
      return [name, weight.encode(own.data)] as const;
    }),
  );
}

it.each(Object.entries(golden) as [DetectionName, Learned][])(
  '%s: parts of the loss, and the gradients of ten weights',
  async (name, { inputShape, losses, gradients }) => {
    const detector = createDetector(name, { inputShape });
    const weights = [...pytorchShapes(detector.model)].map(
      ([tensor, shape]) => [tensor, new Tensor('float32', shape, formulaWeights(tensor, shape))] as const,
    );
    await detector.model.loadWeights(new Map(weights));
    const [height, width, channels] = inputShape;
    const area = height * width;
    const planes = uniform('input', 2 * channels * area, (u) => 2 * u - 1);
    const x = planes.map((_, i) => {
      const [picture, rest] = [Math.floor(i / (channels * area)), i % (channels * area)];
      return planes[picture * channels * area + (rest % channels) * area + Math.floor(rest / channels)];
    });
    const scale = (box: Box): Box =>
      box.map((edge, i) => Math.fround(edge * (i % 2 ? height / 96 : width / 160))) as unknown as Box;
    const y = detectionTargets(
      detector,
      Array.from({ length: 91 }, (_, i) => i),
      things.map(({ boxes, labels }) => ({
        annotations: boxes.map((box, k) => ({ label: labels[k], box: scale(box) })),
      })),
    );
    const { model: trained } = detector;
    const loss = detectionLoss(detector);
    // A step of the gradient itself: what the weights lose is it.
    trained.compile({ optimizer: optimizers.sgd({ learningRate: 1 }), loss });
    const before = await weightsOf(trained);
    const { history } = await trained.fit(new Tensor('float32', [2, ...inputShape], x), y, {
      batchSize: 2,
      shuffle: false,
      verbose: 0,
    });
    for (const part of loss.parts) {
      const expected = losses[partNames[part]];
      expect(Math.abs((history[part] as number[])[0] / expected - 1)).toBeLessThan(1e-4);
    }
    const after = await weightsOf(trained);
    expect(Object.keys(gradients)).toHaveLength(10);
    // Where single precision decides which side of a ReLU a number is on, PyTorch's own gradients are as far off.
    const single = Math.max(...Object.values(gradients).map(({ float32 }) => float32));
    for (const [weight, { largest, values }] of Object.entries(gradients)) {
      const [from, to] = [before.get(weight)!, after.get(weight)!];
      const places = values.map((_, i) => Math.floor((i * (from.length - 1)) / (values.length - 1)));
      const off = Math.max(...places.map((place, i) => Math.abs(from[place] - to[place] - values[i])));
      expect(off / (largest || 1), weight).toBeLessThan(Math.max(1e-4, 3 * single));
    }
    await trained.dispose();
  },
);
