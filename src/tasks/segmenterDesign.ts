import { input } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import type { Preprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import { maskHeads, type MaskHead, type MaskHeadName } from '../zoo/ownSegmentationHeads.js';
import { vocClassNames } from '../zoo/segmentation.js';
import { resizeTo } from '../zoo/segmentationHeads.js';
import { unetOutputs } from '../zoo/unet.js';
import { backboneKinds, taskBackbone, type BackboneOptions } from './taskBackbone.js';
import { taskClassNames, type TaskClasses } from './taskClasses.js';

/** A segmenter of one's own: a backbone, and a head on its maps. */
export interface SegmenterDesign extends BackboneOptions {
  /**
   * 'lraspp' (the default): two maps, cheap; 'unet': all maps, for fine borders; 'fcn': one 3×3 convolution on one map; 'deeplabv3': a
   * pyramid of dilated ones.
   */
  readonly head?: MaskHeadName;
  /** The names of what is looked for; or a number, the background counted. Pascal VOC's 21 by default. */
  readonly classes?: TaskClasses;
  /** Channels of U-Net's joined maps at most; 64 by default. */
  readonly filters?: number;
}

/** A small U-Net that starts afresh. */
export interface UNetOptions {
  /** The names of what is looked for; or a number, the background counted. Pascal VOC's 21 by default. */
  readonly classes?: TaskClasses;
  /** [H, W, C]; [128, 128, 3] by default. */
  readonly inputShape?: Shape;
  /** Channels of the first stage, each further one twice as many; 16 by default. */
  readonly filters?: number;
  /** How many stages there are, each of half the size of the one before; 5 by default. */
  readonly stages?: number;
  /** What starting weights follow from; 0 by default. */
  readonly seed?: number;
}

const where = 'createSegmenter';

const designAccepts = {
  where,
  kinds: { ...backboneKinds, head: 'string', classes: 'number or list', filters: 'number' },
} as const satisfies AcceptedOptions<SegmenterDesign>;

const unetAccepts = {
  where: "createSegmenter 'unet'",
  kinds: { classes: 'number or list', inputShape: 'list', filters: 'number', stages: 'number', seed: 'number' },
} as const satisfies AcceptedOptions<UNetOptions>;

/** What a segmenter's numbers mean, as plain data that a file can keep beside the weights. */
export interface SegmenterPlan {
  /** How its pictures are prepared until its model says otherwise. */
  readonly preprocessing: Preprocessing;
}

/** What a Segmenter is made of. */
export type SegmenterParts = [
  architecture: MaskHeadName,
  model: Model,
  classNames: readonly string[],
  plan: SegmenterPlan,
  backbone?: Model,
];

/** What a Segmenter is made of, from its design. */
export function designedSegmenter(design: SegmenterDesign): SegmenterParts {
  const { head = 'lraspp', classes, filters = 64, seed = 0 } = expectOptions(designAccepts, design);
  expectOneOf(where, 'head', head, Object.keys(maskHeads) as MaskHeadName[]);
  expectWhole(where, 'filters', filters);
  const classNames = taskClassNames(where, classes, vocClassNames);
  const { levels, scores }: MaskHead = maskHeads[head];
  const { maps, preprocessing } = taskBackbone(where, design, (_, known) => levels(known));
  const names = { name: 'segmentation', classes: classNames.length, filters };
  const outputs = resizeTo(scores(maps.outputs, names), maps.inputShape, 'segmentation.out');
  const name = `${head}_${maps.name.replace(/_levels$/, '')}`;
  const network = model({ inputs: maps.inputs, outputs, name, seed, features: maps.outputs[maps.outputs.length - 1] });
  return [head, network, classNames, { preprocessing }, maps];
}

/** What a Segmenter is made of that is a U-Net. */
export function unetSegmenter(options: UNetOptions): SegmenterParts {
  const { classes, inputShape = [128, 128, 3], ...rest } = expectOptions(unetAccepts, options);
  const { filters = 16, stages = 5, seed = 0 } = rest;
  expectWhole(where, 'filters', filters);
  expectWhole(where, 'stages', stages, 2);
  const [height, width] = inputShape;
  if (Math.min(height, width) < 2 ** (stages - 1)) {
    const rule = `${stages} stages need pictures of ${2 ** (stages - 1)} pixels a side at least`;
    throw new StriateError({ where, rule, received: inputShape.join('×') });
  }
  const classNames = taskClassNames(where, classes, vocClassNames);
  const x = input({ shape: inputShape });
  const { scores, coarsest } = unetOutputs(x, { filters, stages, classes: classNames.length });
  const network = model({ inputs: x, outputs: scores, name: 'unet', seed, features: coarsest });
  return ['unet', network, classNames, { preprocessing: { size: [height, width], fit: 'contain' } }];
}
