// How well a detector that starts afresh finds what is in scenes, and in what time it learns: 2,000 pictures of 128×128 of
// shapes, digits, X and O, learned from with the learning rate and changes of scale chosen, then 500 others: COCO's mean average
// precision at an overlap of a half (target 0.95). On a machine that others use, too, seconds of the processor count:
// 1,200 are ten minutes of two cores.
//
//   npm run bench -- scenes [--epochs N] [--train 2000] [--test 500] [--seed 1] [--threads 2] [--save FILE] [--json]
import { parseArgs } from 'node:util';
import { augmentation, createDetector, scenes } from '../dist/index.node.js';
import { learned } from './learned.mjs';

const { values: options } = parseArgs({
  options: {
    epochs: { type: 'string', default: '50' },
    train: { type: 'string', default: '2000' },
    test: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    save: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [seed, epochs] = [Number(options.seed), Number(options.epochs)];
const { train, test } = scenes({ seed, train: Number(options.train), test: Number(options.test), size: 128 });
// The compact backbone that a detector has where none is named.
const detector = createDetector({ inputShape: [128, 128, 3], classes: train.classNames, seed });
await learned({
  title: `Boxes on scenes, ${train.size} pictures, ${epochs} epochs`,
  target: 'target mAP@50 0.95 in 1,200 s of the processor',
  detector,
  // A little larger or smaller, but not mirrored, as digits have a right way round.
  train: train.augmented(augmentation({ scaleJitter: { scale: [0.85, 1.2] } })),
  test,
  // Who starts afresh bears more than the usual 0.003: what was measured stands in docs/performance.md.
  fit: { epochs, seed, learningRate: 0.008 },
  options,
});
