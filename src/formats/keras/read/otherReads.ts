import { layers } from '../../../layers/index.js';
import type { ReadRule } from './readRule.js';

/**
 * Layers that act in training alone; a model that is imported goes without them, and says so. AugMix, CutMix, MixUp and RandAugment
 * mix pictures or labels, or call other layers by chance; hues, levels, perspectives, elastic grids and blurs by chance need
 * operators that there are none of; Keras’s
 * saturation takes pictures in [0, 255] out of their range.
 */
const onlyInTraining: ReadRule = {
  read(options, name) {
    options.context.notes.push(`${name}: ${options.layer.className}`);
    return [layers.activation({ name, activation: 'linear' })];
  },
};

/** Classes of Keras's that are none of ours: they become layers that compute the same. */
export const otherReads: Readonly<Record<string, ReadRule>> = {
  // Classes of keras.applications: InceptionResNetV2's sum, ConvNeXt's factors.
  CustomScaleLayer: {
    read(options, name) {
      const scaled = layers.rescaling({ name: `${name}_scaled`, scale: options.number('scale', 1) });
      const sum = layers.add({ name });
      return { layers: [scaled, sum], apply: ([x, residual]) => sum.apply(x, scaled.apply(residual)) };
    },
  },
  LayerScale: {
    weights: () => [{ keras: 'gamma', own: 'gamma', learned: true }],
    read: (_, name) => [layers.affine({ name, center: false })],
  },
  ...Object.fromEntries(
    [
      'ActivityRegularization',
      'AugMix',
      'CutMix',
      'MixUp',
      'RandAugment',
      'RandomColorJitter',
      'RandomElasticTransform',
      'RandomGaussianBlur',
      'RandomHue',
      'RandomPerspective',
      'RandomPosterization',
      'RandomSaturation',
    ].map((className) => [className, onlyInTraining]),
  ),
};
