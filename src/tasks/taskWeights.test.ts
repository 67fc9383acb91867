import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tensor } from '../tensor/index.js';
import { encodeSafetensors } from '../tensor/safetensors.js';
import { pytorchShapes } from '../weights/index.js';
import { detectionArchitectures, type DetectionName } from '../zoo/detection.js';
import { segmentationArchitectures } from '../zoo/segmentation.js';
import { publishedTaskWeights } from '../zoo/weights/publishedTasks.js';
import { createDetector, createSegmenter, type Detector } from './index.js';

const inputShape = [64, 64, 3];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-tasks-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Tensors of a network's names, as `old` changes them, each full of its place. */
function weightsOf(name: DetectionName, classes: number, old = (key: string): string => key): Map<string, Tensor> {
  const { model } = createDetector(name, { inputShape, classes });
  return new Map(
    [...pytorchShapes(model)].map(([key, shape], i) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [old(key), new Tensor('float32', shape, new Float32Array(size).fill(i + 1))];
    }),
  );
}

/** Each weight's first number, by its place among all. */
async function firstNumbers({ model }: Detector): Promise<number[]> {
  return [...(await model.getWeights()).values()].map(({ data }) => data[0]);
}

const epsilonsOf = ({ model }: Detector): number[] => [
  ...new Set(
    model.layers.flatMap((layer) => ('movingMean' in layer ? [(layer as unknown as { epsilon: number }).epsilon] : [])),
  ),
];

describe('published weights of networks for boxes and masks', () => {
  it('are there for all of them, with their checksum’s digits in their names', () => {
    const names = [...Object.keys(detectionArchitectures), ...Object.keys(segmentationArchitectures)];
    expect(Object.keys(publishedTaskWeights).sort()).toEqual(names.sort());
    for (const { file, sha256 } of Object.values(publishedTaskWeights)) expect(file).toContain(`-${sha256}.pth`);
  });

  it('come by name from a folder, under their own name or the network’s', async () => {
    const file = encodeSafetensors(weightsOf('ssdlite320_mobilenet_v3_large', 91), { format: 'pt' });
    for (const name of [
      'ssdlite320_mobilenet_v3_large_coco-a79551df.pth',
      'ssdlite320_mobilenet_v3_large-coco.safetensors',
    ]) {
      const place = await mkdtemp(join(folder, 'own-'));
      await writeFile(join(place, name), file);
      const options = { weights: 'coco', inputShape, weightsFolder: place } as const;
      const detector = await createDetector('ssdlite320_mobilenet_v3_large', options);
      expect(Math.min(...(await firstNumbers(detector)))).toBe(1);
    }
    const none = { weights: 'coco', weightsFolder: join(folder, 'none') } as const;
    await expect(createSegmenter('lraspp_mobilenet_v3_large', none)).rejects.toThrow(/weightsFolder.*no such folder/);
    await expect(createDetector('ssd300_vgg16', { weights: 'imagenet' })).rejects.toThrow(
      /'imagenet' is of classifiers; use weights: 'coco'/,
    );
  });

  it('may have the names that torchvision gave layers before its version 0.13', async () => {
    const now = await createDetector('retinanet_resnet50_fpn', {
      inputShape,
      classes: 2,
      weights: weightsOf('retinanet_resnet50_fpn', 2),
    });
    const old = weightsOf('retinanet_resnet50_fpn', 2, (key) =>
      key
        .replace(/(fpn\.\w+_blocks\.\d)\.0\./, '$1.')
        .replace(/(_head\.conv)\.(\d)\.0\./, (_, conv: string, i: string) => `${conv}.${2 * Number(i)}.`),
    );
    expect([...old.keys()]).toContain('head.regression_head.conv.6.bias');
    expect([...old.keys()]).toContain('backbone.fpn.layer_blocks.2.weight');
    const again = await createDetector('retinanet_resnet50_fpn', { inputShape, classes: 2, weights: old });
    expect(await firstNumbers(again)).toEqual(await firstNumbers(now));
    const fcos = weightsOf('fcos_resnet50_fpn', 2, (key) => key.replace(/(fpn\.\w+_blocks\.\d)\.0\./, '$1.'));
    const found = await createDetector('fcos_resnet50_fpn', { inputShape, classes: 2, weights: fcos });
    expect(Math.min(...(await firstNumbers(found)))).toBe(1);
  });

  it('of RetinaNet go with an epsilon of 0, as in torchvision; of FCOS, and of one’s own, with the usual one', async () => {
    const file = encodeSafetensors(weightsOf('retinanet_resnet50_fpn', 2), { format: 'pt' });
    const published = join(folder, 'retinanet_resnet50_fpn_coco-eeacb38b.pth');
    const own = join(folder, 'mine.pth');
    await writeFile(published, file);
    await writeFile(own, file);
    const made = (weights: string, epsilon?: number): Promise<Detector> =>
      createDetector('retinanet_resnet50_fpn', { inputShape, classes: 2, weights, epsilon });
    expect(epsilonsOf(await made(published))).toEqual([0]);
    expect(epsilonsOf(await made(own))).toEqual([1e-5]);
    expect(epsilonsOf(await made(published, 1e-4))).toEqual([1e-4]);
    expect(epsilonsOf(createDetector('fcos_resnet50_fpn', { inputShape, classes: 2 }))).toEqual([1e-5]);
    expect(() => createDetector('ssd300_vgg16', { epsilon: 0 })).toThrow(/whose normalizations are frozen/);
    expect(() => createDetector('fcos_resnet50_fpn', { epsilon: -1 })).toThrow(/epsilon must be/);
  });
});
