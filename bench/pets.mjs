// What a detector learns from fifty photos of cats and dogs with a box each, on a frozen backbone that knows ImageNet, with
// everything at its default: COCO's mean average precision at an overlap of a half on fifty other photos (target 0.6 in three
// minutes; on a machine that others use, too, 360 seconds of the processor). The photos and SqueezeNet's file are found in the folder STRIATE_DATA.
//
//   STRIATE_DATA=… npm run bench -- pets [--epochs N] [--seed 1] [--head fcos|ssd] [--threads 2] [--save FILE] [--json]
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { annotatedFolder, augmentation, createDetector, zoo } from '../dist/index.node.js';
import { learned } from './learned.mjs';

const { values: options } = parseArgs({
  options: {
    epochs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    head: { type: 'string', default: 'fcos' },
    threads: { type: 'string', default: '2' },
    save: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const data = process.env.STRIATE_DATA;
if (!data) {
  console.error('pets: not measured; STRIATE_DATA names the folder with cats-dogs/ and pretrained/');
  process.exit(0);
}
const [seed, epochs] = [Number(options.seed), Number(options.epochs)];
const backbone = zoo.create('squeezenet1_1', { inputShape: [227, 227, 3] });
await backbone.loadWeights(join(data, 'pretrained', 'squeezenet1_1-imagenet.safetensors'));
// As the file's pictures were prepared: RGB from 0 to 255 without ImageNet's means.
backbone.preprocessing = { mean: [123 / 255, 117 / 255, 104 / 255], std: [1 / 255, 1 / 255, 1 / 255] };
const annotations = fileURLToPath(new URL('../test/fixtures/cats-dogs-boxes.json', import.meta.url));
const { train, test } = await annotatedFolder(join(data, 'cats-dogs'), { size: [227, 227], annotations });
const detector = createDetector({ backbone, head: options.head, classes: train.classNames, seed });
detector.backbone.freeze();
await learned({
  title: `Boxes on ${train.size} photos, ${options.head} on a frozen SqueezeNet, ${epochs} epochs`,
  target: 'target mAP@50 0.6 in 360 s of the processor',
  detector,
  train: train.augmented(augmentation({ horizontalFlip: true, scaleJitter: { scale: [0.7, 1.5] } })),
  test,
  fit: { epochs, seed },
  options,
});
