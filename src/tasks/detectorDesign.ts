import { model, type Model } from '../models/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf, expectWhole, isWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { compactBackbone, compactLevels } from '../zoo/compactBackbone.js';
import { channelsPerGroup, detectionHeads, type DetectionHeadName } from '../zoo/detectionHeads.js';
import { fcosPlan, ssdPlan, type DetectorPlan } from './detectorPlan.js';
import { backboneKinds, pyramidLevels, taskBackbone, type BackboneOptions } from './taskBackbone.js';
import { cocoClassNames, taskClassNames, type TaskClasses } from './taskClasses.js';

/** A detector of one's own: a backbone, and a head on its maps. */
export interface DetectorDesign extends Omit<BackboneOptions, 'backbone'> {
  /**
   * A model, whose layers and weights become part of the network, or the name of one of the zoo's, which starts afresh; by default a
   * compact residual network that starts afresh.
   */
  readonly backbone?: BackboneOptions['backbone'];
  /** 'fcos' (the default): one box at each position, by distances; 'ssd': six default boxes at each position. */
  readonly head?: DetectionHeadName;
  /** The names of what is looked for; or a number, the background counted. COCO's 91 by default. */
  readonly classes?: TaskClasses;
  /** Channels of the head's maps, a multiple of 8; 64 by default, on the compact backbone 96. */
  readonly filters?: number;
  /** How many convolutions of FCOS's head look at each map; 2 by default. */
  readonly depth?: number;
  /** How many maps are added beyond the coarsest, each half as large as the one before; 0 for FCOS, 2 for SSD by default. */
  readonly extraLevels?: number;
}

const accepts = {
  where: 'createDetector',
  kinds: {
    ...backboneKinds,
    head: 'string',
    classes: 'number or list',
    filters: 'number',
    depth: 'number',
    extraLevels: 'number',
  },
} as const satisfies AcceptedOptions<DetectorDesign>;

/** How a head's layers are called, so that heads for other things may stand on the same backbone. */
const prefix = 'detection';

/** What a Detector is made of, from its design. */
export function designedDetector(
  design: DetectorDesign,
): [head: DetectionHeadName, model: Model, classNames: readonly string[], plan: DetectorPlan, backbone: Model] {
  const { where } = accepts;
  const {
    head = 'fcos',
    classes,
    depth = 2,
    seed = 0,
    filters = design.backbone === undefined ? 96 : 64,
  } = expectOptions(accepts, design);
  expectOneOf(where, 'head', head, Object.keys(detectionHeads) as DetectionHeadName[]);
  const extraLevels = expectWhole(where, 'extraLevels', design.extraLevels ?? (head === 'ssd' ? 2 : 0), 0);
  expectWhole(where, 'depth', depth, 0);
  if (!isWhole(filters, 1) || filters % channelsPerGroup !== 0) {
    const rule = `filters must be a multiple of ${channelsPerGroup}, which are normalized together`;
    throw new StriateError({ where, rule, received: filters });
  }
  const classNames = taskClassNames(where, classes, cocoClassNames);
  const { backbone, inputShape = [128, 128, 3], levels: own } = design;
  const { maps, levels, preprocessing } =
    backbone === undefined
      ? taskBackbone(where, { backbone: compactBackbone(inputShape, seed), ...(own && { levels: own }) }, compactLevels)
      : taskBackbone(where, { ...design, backbone }, pyramidLevels);
  const outputs = detectionHeads[head](maps.outputs, {
    name: prefix,
    classes: classNames.length,
    filters,
    extraLevels,
    depth,
  });
  const { scores, boxes, centerness } = outputs;
  const network = model({
    inputs: maps.inputs,
    outputs: centerness ? [scores, boxes, centerness] : [scores, boxes],
    name: `${head}_${maps.name.replace(/_levels$/, '')}`,
    seed,
  });
  const all = [...levels, ...Array.from({ length: extraLevels }, (_, i) => levels[levels.length - 1] + 1 + i)];
  const [height, width] = network.inputShape;
  const numbers = head === 'fcos' ? fcosPlan(all) : ssdPlan(all, Math.min(height, width));
  return [head, network, classNames, { ...numbers, preprocessing, inCorner: false }, maps];
}
