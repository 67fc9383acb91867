import { layers } from '../../../layers/index.js';
import { kept, type ReadRule } from './readRule.js';

/** Layers that act in training alone; a model that is imported goes without them, and says so. */
const onlyInTraining: ReadRule = {
  read(options, name) {
    options.context.notes.push(`${name}: ${options.layer.className}`);
    return [layers.activation({ name, activation: 'linear' })];
  },
};

/** Each channel scaled to mean 0 and variance 1 by constants, which lie in the weights or in the configuration. */
const normalization: ReadRule = {
  weights: (options) =>
    options.has('mean') ? [] : [kept('mean', undefined), kept('variance', undefined), kept('count', undefined)],
  read(options, name, [input]) {
    const channels = input.shape.at(-1) ?? 1;
    options.expectOnly(
      'axis',
      [-1, [-1], [input.shape.length], input.shape.length, null],
      'only the last axis is supported',
    );
    const [mean, variance] = ['mean', 'variance'].map((kind, i) => {
      const stored = options.layer.weights.find((weight) => weight.kind === kind) ?? options.layer.weights[i];
      const values = options.numbers(kind) ?? (stored && Array.from(stored.data));
      if (!values) throw options.refuse('its mean and variance are neither in its configuration nor among the weights');
      if (values.length === 1 || values.length === channels) return values;
      throw options.refuse(`its ${kind} must have one number per channel, ${channels}; received ${values.length}`);
    });
    const scale = variance.map((value) => 1 / Math.max(Math.sqrt(value), 1e-7));
    const at = (values: readonly number[], i: number): number => values[values.length === 1 ? 0 : i];
    const each = Array.from({ length: Math.max(mean.length, scale.length) }, (_, i) => i);
    if (options.flag('invert', false)) {
      return [
        layers.rescaling({ name, scale: each.map((i) => 1 / at(scale, i)), offset: each.map((i) => at(mean, i)) }),
      ];
    }
    return [
      layers.rescaling({
        name,
        scale: each.map((i) => at(scale, i)),
        offset: each.map((i) => -at(mean, i) * at(scale, i)),
      }),
    ];
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
  Normalization: normalization,
  ...Object.fromEntries(
    [
      'GaussianDropout',
      'AlphaDropout',
      'ActivityRegularization',
      'AugMix',
      'CutMix',
      'MixUp',
      'RandAugment',
      'RandomBrightness',
      'RandomColorDegeneration',
      'RandomColorJitter',
      'RandomContrast',
      'RandomElasticTransform',
      'RandomErasing',
      'RandomFlip',
      'RandomGaussianBlur',
      'RandomGrayscale',
      'RandomHue',
      'RandomInvert',
      'RandomPerspective',
      'RandomPosterization',
      'RandomRotation',
      'RandomSaturation',
      'RandomSharpness',
      'RandomShear',
      'RandomTranslation',
      'RandomZoom',
    ].map((className) => [className, onlyInTraining]),
  ),
};
