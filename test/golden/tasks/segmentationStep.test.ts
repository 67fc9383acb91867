import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createSegmenter,
  decodeSafetensors,
  losses,
  optimizers,
  pytorchShapes,
  Tensor,
  type Model,
} from '../../../src/index.js';
import { formulaWeights, uniform } from '../formula.js';

/** What torchvision 0.29 gave (make_segmentation_step.py), without and with weights of classes. */
const golden = JSON.parse(readFileSync(new URL('segmentationStep.json', import.meta.url), 'utf8')) as readonly {
  readonly weight: readonly number[] | null;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, { shape: number[]; largest: number; values: number[] }>>;
}[];

const side = 64;

/** The weights by their names in PyTorch, in its layouts. */
async function pytorchWeights(model: Model): Promise<ReadonlyMap<string, Float32Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'striate-step-'));
  try {
    const path = join(folder, 'weights.safetensors');
    await model.saveWeights(path, { format: 'pytorch' });
    const { tensors } = decodeSafetensors(await readFile(path), path);
    return new Map([...tensors].map(([name, { data }]) => [name, Float32Array.from(data as ArrayLike<number>)]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a training step of LR-ASPP has torchvision’s loss and gradients', () => {
  const planes = uniform('input', 2 * 3 * side * side, (u) => 2 * u - 1);
  const area = side * side;
  const x = new Tensor(
    'float32',
    [2, side, side, 3],
    planes.map((_, i) => {
      const [picture, pixel, channel] = [Math.floor(i / (3 * area)), Math.floor(i / 3) % area, i % 3];
      return planes[(3 * picture + channel) * area + pixel];
    }),
  );
  const labels = Int32Array.from({ length: 2 * area }, (_, i) => {
    const [picture, row, column] = [Math.floor(i / area), Math.floor(i / side) % side, i % side];
    if ((3 * row + 5 * column) % 11 === 0) return 255;
    return (Math.floor(row / 8) + Math.floor(column / 16) + picture) % 5;
  });
  const y = new Tensor('int32', [2, side, side], labels);

  it.each(golden)('with weights of classes $weight', async ({ weight, loss, gradients }) => {
    const { model } = createSegmenter('lraspp_mobilenet_v3_large', { classes: 5, inputShape: [side, side, 3] });
    const formula = [...pytorchShapes(model)].map(
      ([tensor, shape]) => [tensor, new Tensor('float32', shape, formulaWeights(tensor, shape))] as const,
    );
    await model.loadWeights(new Map(formula));
    const before = new Map(formula.map(([name, { data }]) => [name, data]));
    model.compile({
      optimizer: optimizers.sgd({ learningRate: 1 }),
      loss: losses.sparseCategoricalCrossentropy({
        fromLogits: true,
        ignoreClass: 255,
        ...(weight && { classWeight: weight }),
      }),
    });
    const logs = await model.trainOnBatch(x, y);
    expect(Math.abs(logs.loss / loss - 1)).toBeLessThan(1e-4);
    const after = await pytorchWeights(model);
    const worst = Object.entries(gradients).map(([name, { largest, values }]) => {
      const [from, to] = [before.get(name)!, after.get(name)!];
      const off = values.map((value, i) => {
        const place = Math.floor((i * (from.length - 1)) / (values.length - 1));
        return Math.abs(from[place] - to[place] - value) / largest;
      });
      return [name, Math.max(...off)] as const;
    });
    expect(worst).toHaveLength(10);
    for (const [name, deviation] of worst) expect(deviation, name).toBeLessThan(1e-4);
    await model.dispose();
  });
});
