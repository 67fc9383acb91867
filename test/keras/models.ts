import { input, layers, type Layer, type LayerClassName, type SymbolicTensor } from '../../src/layers/index.js';
import { model as functional, type Model } from '../../src/models/index.js';
import { Random, Tensor, type Shape } from '../../src/tensor/index.js';
import { zoo } from '../../src/zoo/index.js';

/** Whole models of the zoo that go through Keras and back, and the side of the pictures that they are made for here. */
const zooSides = {
  mnist_cnn: 28,
  lenet5: 28,
  cats_dogs_cnn: 150,
  alexnet: 64,
  alexnet_two_stream: 96,
  vgg11_bn: 32,
  googlenet: 64,
  googlenet_2014: 64,
  inception_v3: 96,
  resnet18: 64,
  resnet50: 64,
  cifar_resnet20: 32,
  squeezenet1_0: 64,
  squeezenet1_1: 64,
  inception_resnet_v2: 96,
  xception: 96,
  densenet121: 64,
  resnext50_32x4d: 64,
  mobilenet_v1: 64,
  seresnet50: 64,
  mobilenet_v2: 64,
  mobilenet_v3_small: 64,
  efficientnet_b0: 64,
} as const;

const ofZoo = Object.fromEntries(
  Object.entries(zooSides).map(([name, side]) => {
    const channels = zoo.describe(name).inputShape[2];
    return [name, () => zoo.create(name, { inputShape: [side, side, channels], seed: 1 })];
  }),
);

type Build = (x: SymbolicTensor) => SymbolicTensor;

const one =
  (layer: () => Layer): Build =>
  (x) =>
    layer().apply(x);

/** On signals of 14 steps with 16 channels. */
const signals =
  (layer: () => Layer): Build =>
  (x) =>
    layer().apply(signal(x));

const signal: Build = (x) => layers.reshape({ targetShape: [14, 16] }).apply(x);

const vector: Build = (x) => layers.flatten().apply(x);

/** A model of every class of layers, on maps of 8×7 with 4 channels, with options away from their defaults. */
const layerBuilds: Readonly<Record<LayerClassName, Build | readonly Build[]>> = {
  Activation: one(() => layers.activation({ activation: 'gelu' })),
  AdaptiveAveragePooling2D: one(() => layers.adaptiveAveragePooling2d({ outputSize: [3, 4] })),
  Add: (x) => layers.add().apply(x, layers.conv2d({ filters: 4, kernelSize: 1 }).apply(x)),
  Affine: one(() => layers.affine()),
  Average: (x) => layers.average().apply(x, layers.rescaling({ scale: -3, offset: 0.5 }).apply(x), x),
  AlphaDropout: one(() => layers.alphaDropout({ rate: 0.1 })),
  AveragePooling1D: [
    signals(() => layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' })),
    signals(() => layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 1 })),
    signals(() => layers.averagePooling1d({ poolSize: 3, strides: 2, padding: [1, 0], countPadding: true })),
    signals(() => layers.averagePooling1d({ poolSize: 4, ceilMode: true })),
  ],
  AveragePooling2D: [
    one(() => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
    one(() => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 1 })),
    one(() => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 1, countPadding: true })),
    one(() => layers.averagePooling2d({ poolSize: 3, strides: 3, ceilMode: true })),
    one(() => layers.averagePooling2d({ poolSize: 2, strides: 2, ceilMode: true, countPadding: true })),
  ],
  AxisMatrix: (x) =>
    layers
      .axisMatrix({ units: 3, axis: 1, matrix: Array.from({ length: 24 }, (_, i) => i / 10) })
      .apply(layers.axisMatrix({ units: 2, matrix: [1, 2, 3, 4, 5, 6, 7, 8] }).apply(x)),
  BatchNormalization: [
    one(() => layers.batchNormalization({ epsilon: 0.01 })),
    one(() => layers.batchNormalization({ scale: false, center: false })),
  ],
  CenterCrop: one(() => layers.centerCrop({ height: 5, width: 4 })),
  Clip: one(() => layers.clip({ minValue: 0.1, maxValue: 0.5 })),
  Concatenate: (x) => layers.concatenate({ axis: 1 }).apply(x, x),
  Conv1D: [
    signals(() => layers.conv1d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'swish' })),
    signals(() => layers.conv1d({ filters: 6, kernelSize: 3, padding: 'causal', dilationRate: 2 })),
    signals(() => layers.conv1d({ filters: 6, kernelSize: 4, padding: [2, 1], useBias: false })),
    signals(() => layers.conv1d({ filters: 6, kernelSize: 3, groups: 2, activation: 'hardSwish' })),
  ],
  Conv1DTranspose: [
    signals(() => layers.conv1dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
    signals(() => layers.conv1dTranspose({ filters: 3, kernelSize: 4, strides: 3, activation: 'relu' })),
    signals(() => layers.conv1dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: [0, 1], outputPadding: 1 })),
    signals(() => layers.conv1dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', outputPadding: 1 })),
  ],
  Conv2D: [
    one(() => layers.conv2d({ filters: 6, kernelSize: [3, 2], strides: 2, padding: 'same', activation: 'swish' })),
    one(() =>
      layers.conv2d({ filters: 6, kernelSize: 3, padding: [1, 0, 2, 1], dilationRate: [1, 2], useBias: false }),
    ),
    one(() => layers.conv2d({ filters: 6, kernelSize: 3, groups: 2, activation: 'hardSwish' })),
  ],
  Conv2DTranspose: [
    one(() => layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
    one(() =>
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: [0, 1, 1, 0], outputPadding: 1 }),
    ),
  ],
  Cropping1D: signals(() => layers.cropping1d({ cropping: [1, 3] })),
  Cropping2D: one(() => layers.cropping2d({ cropping: [1, 0, 2, 1] })),
  Dense: one(() => layers.dense({ units: 3, activation: 'mish' })),
  DepthwiseConv1D: [
    signals(() => layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' })),
    signals(() => layers.depthwiseConv1d({ kernelSize: 3, padding: 'causal', activation: 'tanh' })),
  ],
  DepthwiseConv2D: one(() =>
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' }),
  ),
  Divide: (x) => layers.divide().apply(x, layers.activation({ activation: 'softplus' }).apply(x)),
  Dot: [
    (x) =>
      layers.dot({ axes: [1, 2], normalize: true }).apply(signal(x), layers.permute({ dims: [2, 1] }).apply(signal(x))),
    (x) => layers.dot({ axes: [3, 1] }).apply(x, layers.reshape({ targetShape: [4, 8, 7] }).apply(x)),
    (x) => layers.dot({ axes: -1 }).apply(vector(x), layers.rescaling({ scale: 0.5, offset: 1 }).apply(vector(x))),
  ],
  Dropout: one(() => layers.dropout({ rate: 0.5 })),
  ELU: one(() => layers.elu({ alpha: 0.5 })),
  Flatten: vector,
  GaussianNoise: one(() => layers.gaussianNoise({ stddev: 0.5 })),
  GaussianDropout: one(() => layers.gaussianDropout({ rate: 0.3 })),
  GlobalAveragePooling1D: [
    signals(() => layers.globalAveragePooling1d()),
    signals(() => layers.globalAveragePooling1d({ keepDims: true })),
  ],
  GlobalAveragePooling2D: one(() => layers.globalAveragePooling2d({ keepDims: true })),
  GlobalMaxPooling1D: signals(() => layers.globalMaxPooling1d()),
  GlobalMaxPooling2D: one(() => layers.globalMaxPooling2d()),
  GroupNormalization: [
    one(() => layers.groupNormalization({ groups: 2 })),
    one(() => layers.groupNormalization({ groups: -1, scale: false, epsilon: 1e-5 })),
  ],
  Identity: one(() => layers.identity()),
  LayerNormalization: one(() => layers.layerNormalization()),
  LeakyReLU: one(() => layers.leakyRelu({ negativeSlope: 0.1 })),
  LocalResponseNormalization: one(() => layers.localResponseNormalization()),
  LocallyConnected2D: one(() => layers.locallyConnected2d({ filters: 3, kernelSize: [3, 2], strides: [2, 1] })),
  Maximum: (x) => layers.maximum().apply(x, layers.rescaling({ scale: -1, offset: 0.5 }).apply(x)),
  Matmul: (x) =>
    layers
      .matmul()
      .apply(layers.reshape({ targetShape: [14, 16] }).apply(x), layers.reshape({ targetShape: [16, 14] }).apply(x)),
  MaxPooling1D: [
    signals(() => layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' })),
    signals(() => layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 1 })),
    signals(() => layers.maxPooling1d({ poolSize: 4, ceilMode: true })),
  ],
  MaxPooling2D: [
    one(() => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 1 })),
    one(() => layers.maxPooling2d({ poolSize: 3, strides: 3, ceilMode: true })),
    one(() => layers.maxPooling2d({ poolSize: 2, ceilMode: true })),
    one(() => layers.maxPooling2d({ poolSize: [5, 3], strides: [2, 1], padding: [1, 1, 0, 1], ceilMode: true })),
  ],
  Minimum: (x) => layers.minimum().apply(x, layers.rescaling({ scale: -1, offset: 0.5 }).apply(x)),
  Multiply: (x) => layers.multiply().apply(x, layers.globalAveragePooling2d({ keepDims: true }).apply(x)),
  Normalization: [
    one(() => layers.normalization()),
    one(() => layers.normalization({ axis: [1, 3], invert: true })),
    one(() => layers.normalization({ axis: null, mean: 0.5, variance: 2 })),
    one(() => layers.normalization({ mean: [0.5, 1, -1, 0], variance: [1, 2, 3, 4] })),
  ],
  PadChannels: one(() => layers.padChannels({ before: 1, after: 2 })),
  Permute: one(() => layers.permute({ dims: [3, 1, 2] })),
  Power: one(() => layers.power({ exponent: 2 })),
  PReLU: one(() => layers.prelu({ sharedAxes: [1, 2], alphaInitializer: 'ones' })),
  RandomBrightness: one(() => layers.randomBrightness({ factor: [-0.1, 0.3], valueRange: [0, 1], seed: 3 })),
  RandomColorDegeneration: (x) =>
    layers
      .randomColorDegeneration({ factor: [0.2, 0.6], valueRange: [0, 1] })
      .apply(layers.conv2d({ filters: 3, kernelSize: 1 }).apply(x)),
  RandomContrast: one(() => layers.randomContrast({ factor: 0.2 })),
  RandomErasing: [
    one(() => layers.randomErasing()),
    one(() => layers.randomErasing({ factor: 0.5, scale: [0.1, 0.2], fillValue: 0.5, valueRange: [0, 1], seed: 3 })),
  ],
  RandomFlip: [one(() => layers.randomFlip()), one(() => layers.randomFlip({ mode: 'horizontal', seed: 3 }))],
  RandomGrayscale: (x) =>
    layers.randomGrayscale({ factor: 0.3 }).apply(layers.conv2d({ filters: 3, kernelSize: 1 }).apply(x)),
  RandomInvert: one(() => layers.randomInvert({ factor: 0.3, valueRange: [0, 1] })),
  RandomRotation: one(() => layers.randomRotation({ factor: 0.1, fillMode: 'constant', fillValue: 0.5, seed: 3 })),
  RandomSharpness: one(() => layers.randomSharpness({ factor: [0.3, 0.7], valueRange: [0, 1] })),
  RandomShear: [
    one(() => layers.randomShear({ xFactor: 0.2 })),
    one(() => layers.randomShear({ xFactor: [0.1, 0.3], yFactor: 0.1, fillMode: 'constant', fillValue: 0.5 })),
  ],
  RandomTranslation: one(() =>
    layers.randomTranslation({ heightFactor: 0.1, widthFactor: [-0.3, 0.2], interpolation: 'nearest' }),
  ),
  RandomZoom: [
    one(() => layers.randomZoom({ heightFactor: 0.2, fillMode: 'wrap' })),
    one(() => layers.randomZoom({ heightFactor: [-0.2, 0], widthFactor: 0.1 })),
  ],
  Reduce: one(() => layers.reduce({ operation: 'mean', axes: [1] })),
  ReLU: [one(() => layers.relu({ maxValue: 0.5 })), one(() => layers.relu({ negativeSlope: 0.1 }))],
  RepeatVector: (x) => layers.repeatVector({ n: 3 }).apply(vector(x)),
  Rescaling: [
    one(() => layers.rescaling({ scale: 2, offset: -1 })),
    one(() => layers.rescaling({ scale: [1, 2, 3, 4], offset: [0, 1, 0, 1] })),
  ],
  Reshape: one(() => layers.reshape({ targetShape: [14, 16] })),
  Resizing: [
    one(() => layers.resizing({ height: 5, width: 11 })),
    one(() => layers.resizing({ height: 5, width: 11, interpolation: 'nearest' })),
    one(() => layers.resizing({ height: 6, width: 4, interpolation: 'bicubic' })),
    one(() => layers.resizing({ height: 5, width: 11, interpolation: 'lanczos3' })),
    one(() => layers.resizing({ height: 13, width: 3, interpolation: 'lanczos5' })),
    one(() => layers.resizing({ height: 6, width: 3, cropToAspectRatio: true })),
  ],
  SeparableConv1D: [
    signals(() =>
      layers.separableConv1d({ filters: 5, kernelSize: 3, padding: 'same', depthMultiplier: 2, activation: 'tanh' }),
    ),
    signals(() => layers.separableConv1d({ filters: 5, kernelSize: 3, padding: [2, 0], useBias: false })),
  ],
  SeparableConv2D: one(() =>
    layers.separableConv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'tanh' }),
  ),
  Slice: one(() => layers.slice({ begin: [2, 0, 0], size: [3, -1, -1] })),
  Softmax: [
    one(() => layers.softmax()),
    one(() => layers.softmax({ axis: 1 })),
    one(() => layers.softmax({ axis: [1, 2] })),
  ],
  SpatialDropout1D: signals(() => layers.spatialDropout1d({ rate: 0.5 })),
  SpatialDropout2D: one(() => layers.spatialDropout2d({ rate: 0.5 })),
  StochasticDepth: one(() => layers.stochasticDepth({ rate: 0.5 })),
  Subtract: (x) =>
    layers
      .subtract()
      .apply(
        layers.globalMaxPooling2d({ keepDims: true }).apply(x),
        layers.globalAveragePooling2d({ keepDims: true }).apply(x),
      ),
  UnitNormalization: [one(() => layers.unitNormalization()), one(() => layers.unitNormalization({ axis: [1, 2] }))],
  UpSampling1D: signals(() => layers.upSampling1d({ size: 3 })),
  UpSampling2D: [
    one(() => layers.upSampling2d({ size: [2, 3] })),
    one(() => layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' })),
    one(() => layers.upSampling2d({ size: [2, 3], interpolation: 'bicubic' })),
    one(() => layers.upSampling2d({ size: [2, 1], interpolation: 'lanczos3' })),
    one(() => layers.upSampling2d({ size: [3, 2], interpolation: 'lanczos5' })),
  ],
  ZeroPadding1D: signals(() => layers.zeroPadding1d({ padding: [1, 2] })),
  ZeroPadding2D: one(() => layers.zeroPadding2d({ padding: [1, 0, 0, 2] })),
};

/** Every class of layers, `Conv2D`, and further options, `Conv2D-1`. Values below 0 go in, so that borders of zeros show. */
const ofLayers: Readonly<Record<string, () => Model>> = Object.fromEntries(
  Object.entries(layerBuilds).flatMap(([name, builds]) =>
    [builds].flat().map((build: Build, i) => {
      const make = (): Model => {
        const x = input({ shape: [8, 7, 4], name: 'x' });
        const centred = layers.rescaling({ scale: 2, offset: -1.5 }).apply(x);
        return functional({ inputs: x, outputs: build(centred), name: i ? `${name}-${i}` : name, seed: 2 });
      };
      return [i ? `${name}-${i}` : name, make];
    }),
  ),
);

/** Ways through a model that positions in a file can confuse. */
const shapes: Readonly<Record<string, () => Model>> = {
  branches() {
    const x = input({ shape: [4], name: 'x' });
    const short = layers.dense({ units: 3, name: 'short' }).apply(x);
    const first = layers.dense({ units: 4, name: 'first' }).apply(x);
    const long = layers
      .dense({ units: 3, name: 'long' })
      .apply(layers.dense({ units: 3, name: 'second' }).apply(first));
    return functional({ inputs: x, outputs: layers.add().apply(short, long), name: 'branches', seed: 2 });
  },
  shared() {
    const x = input({ shape: [4], name: 'x' });
    const both = layers.dense({ units: 4, name: 'both' });
    const other = layers.dense({ units: 4, name: 'other' });
    const deep = both.apply(other.apply(both.apply(x)));
    return functional({ inputs: x, outputs: layers.subtract().apply(deep, both.apply(x)), name: 'shared', seed: 2 });
  },
  names() {
    const x = input({ shape: [4], name: 'die Größe/1' });
    const values = ['a/b', 'a_b', 'a b', '_x', 'ü', 'a_b_1'].map((name) => layers.dense({ units: 4, name }).apply(x));
    return functional({ inputs: x, outputs: layers.concatenate().apply(...values), name: 'two words', seed: 2 });
  },
  outputs() {
    const x = input({ shape: [4], name: 'x' });
    const [a, b, c] = [4, 4, 4].map((units, i) => layers.dense({ units, name: `d${i}` }).apply(x));
    const joined = layers.add().apply(layers.dense({ units: 4, name: 'on' }).apply(c), a);
    return functional({ inputs: x, outputs: [b, joined, a], name: 'outputs', seed: 2 });
  },
};

/** Everything that goes through Keras and back: name → how it is made. */
export const models: Readonly<Record<string, () => Model>> = { ...ofZoo, ...ofLayers, ...shapes };

/** Those that are small enough to predict in every run of the tests. */
export const predictedHere: readonly string[] = [
  'mnist_cnn',
  'cifar_resnet20',
  'googlenet',
  'squeezenet1_1',
  ...Object.keys(ofLayers),
  ...Object.keys(shapes),
];

/** Inputs by a formula that any language can repeat. */
export function pictures(shape: Shape): Tensor<'float32'> {
  const size = shape.reduce((a, b) => a * b, 2);
  const data = Float32Array.from({ length: size }, (_, i) => ((i * i * 31 + i * 7) % 251) / 250);
  return new Tensor('float32', [2, ...shape], data);
}

/** Weights away from their starting values, so that one in another's place shows. */
export async function shaken(model: Model): Promise<Model> {
  const random = new Random([7]);
  const weights = await model.getWeights();
  for (const [name, { data }] of weights) {
    if (/(kernel|matrix)$/i.test(name)) continue;
    const positive = /(movingVariance|variance|gamma)$/.test(name);
    for (let i = 0; i < data.length; i++) data[i] = positive ? random.uniform(0.8, 1.2) : random.normal(0, 0.1);
  }
  await model.setWeights(weights);
  return model;
}
