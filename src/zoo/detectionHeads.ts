import { initializers, layers, type SymbolicTensor } from '../layers/index.js';
import { batchNorm, conv, type NormOptions } from './blocks.js';
import { asRows, joinedRows, type RawOutputs } from './detectionOutputs.js';
import { featurePyramid } from './featurePyramid.js';
import { halvedMap, ssdliteHead } from './ssdNetworks.js';

/** What a head on any backbone is made for. */
export interface DetectionHeadOptions {
  /** What its layers' names begin with. */
  readonly name: string;
  /** The number of classes, the background counted. */
  readonly classes: number;
  /** Channels of the maps that it makes. */
  readonly filters: number;
  /** How many maps are added beyond the coarsest. */
  readonly extraLevels: number;
  /** How many convolutions look at each map before it is decided (FCOS). */
  readonly depth: number;
}

/** The same layers at every map. */
type Step = (map: SymbolicTensor) => SymbolicTensor;

/** Channels that are normalized together, as in FCOS, whose 256 make 32 groups. */
export const channelsPerGroup = 8;

/** How sure of a thing FCOS is at first: nearly everything is background, and should not drown the rest. */
const prior = initializers.constant({ value: -Math.log((1 - 0.01) / 0.01) });

/** Where sides are at first, in strides: about where they come to be, so that no side begins with a ReLU that lets nothing through. */
const firstDistance = initializers.constant({ value: 2 });

/** A depthwise separable convolution with group normalization, as a layer that all maps share. */
function lookingStep(name: string, channels: number): Step {
  const common = { padding: 'same', useBias: false } as const;
  const own = initializers.randomNormal({ stddev: Math.sqrt(2 / 9) });
  const steps = [
    layers.depthwiseConv2d({ ...common, name: `${name}.depthwise`, kernelSize: 3, kernelInitializer: own }),
    layers.conv2d({
      ...common,
      name: `${name}.pointwise`,
      filters: channels,
      kernelSize: 1,
      kernelInitializer: 'heNormal',
    }),
    layers.groupNormalization({ name: `${name}.norm`, groups: channels / channelsPerGroup, epsilon: 1e-5 }),
    layers.activation({ name: `${name}.relu`, activation: 'relu' }),
  ];
  return (map) => steps.reduce<SymbolicTensor>((y, layer) => layer.apply(y), map);
}

/** The last convolution, 1×1, shared by all maps. */
function lastStep(name: string, filters: number, biasInitializer?: ReturnType<typeof initializers.constant>): Step {
  const kernelInitializer = initializers.randomNormal({ stddev: 0.01 });
  const layer = layers.conv2d({ name, filters, kernelSize: 1, kernelInitializer, biasInitializer });
  return (map) => layer.apply(map);
}

/**
 * FCOS for slow devices: a pyramid of depthwise separable convolutions, one tower for classes and boxes together, and FCOS's three
 * outputs of each position.
 */
function fcosHead(maps: readonly SymbolicTensor[], options: DetectionHeadOptions): RawOutputs {
  const { name, classes, filters, extraLevels, depth } = options;
  const pyramid = featurePyramid(maps, { filters, extraLevels, name: `${name}.fpn`, separable: true });
  const tower = Array.from({ length: depth }, (_, i) => lookingStep(`${name}.tower.${i}`, filters));
  const seen = pyramid.map((map) => tower.reduce((y, step) => step(y), map));
  const relu = layers.activation({ name: `${name}.distances`, activation: 'relu' });
  const sides = lastStep(`${name}.bbox_reg`, 4, firstDistance);
  const rows = (part: string, size: number, at: Step): SymbolicTensor =>
    joinedRows(
      seen.map((map) => asRows(at(map), size)),
      `${name}.${part}`,
    );
  return {
    scores: rows('scores', classes, lastStep(`${name}.cls_logits`, classes, prior)),
    boxes: rows('boxes', 4, (map) => relu.apply(sides(map))),
    centerness: rows('centerness', 1, lastStep(`${name}.bbox_ctrness`, 1)),
  };
}

/** PyTorch's momentum: a head that is trained for a few hundred steps must know its statistics by then. */
const norm: NormOptions = { epsilon: 0.001, momentum: 0.9 };

/** SSDLite's head, on maps that are normalized first, as a network of any origin gives them. */
function ssdHead(maps: readonly SymbolicTensor[], options: DetectionHeadOptions): RawOutputs {
  const { name, classes, filters, extraLevels } = options;
  const all = maps.map((map, i) => {
    const narrowed = map.shape[2] > filters ? conv(map, `${name}.narrow.${i}`, filters, 1) : map;
    return batchNorm(narrowed, `${name}.norm.${i}`, norm);
  });
  for (let i = 0; i < extraLevels; i++) all.push(halvedMap(all.at(-1)!, `${name}.extra.${i}`, filters, norm));
  return ssdliteHead(all, classes, name, norm);
}

/** Heads that find boxes on the maps of any backbone, finest first. */
export const detectionHeads = { fcos: fcosHead, ssd: ssdHead } as const satisfies Readonly<
  Record<string, (maps: readonly SymbolicTensor[], options: DetectionHeadOptions) => RawOutputs>
>;

/** The name of a head for boxes. */
export type DetectionHeadName = keyof typeof detectionHeads;
