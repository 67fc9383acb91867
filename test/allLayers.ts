import { input, layers, type Layer, type SymbolicTensor } from '../src/layers/index.js';
import { model as functional, type Model } from '../src/models/index.js';

/** Every kind of layer on a way to one output, with options that need more than one operator. */
export function allLayers(): Model {
  const x = input({ shape: [12, 10, 4], name: 'x' });
  const chain = (from: SymbolicTensor, ...list: readonly Layer[]): SymbolicTensor =>
    list.reduce((value, layer) => layer.apply(value), from);
  const parts: SymbolicTensor[] = [];
  const end = (value: SymbolicTensor): void =>
    void parts.push(value.shape.length === 1 ? value : layers.flatten().apply(value));
  end(
    chain(
      x,
      layers.rescaling({ scale: [1, 2, 0.5, 1], offset: 0.5 }),
      layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', groups: 2, activation: 'swish' }),
      layers.localResponseNormalization({ size: 3, alpha: 0.1, bias: 2 }),
    ),
  );
  end(chain(x, layers.axisMatrix({ units: 7, axis: 1 }), layers.axisMatrix({ units: 3 })));
  end(
    chain(
      x,
      layers.conv2d({
        filters: 6,
        kernelSize: [3, 2],
        padding: [1, 0, 2, 1],
        dilationRate: [1, 2],
        activation: 'hardSwish',
        useBias: false,
      }),
      layers.localResponseNormalization({ size: 4, alpha: 0.3 }),
      layers.softmax(),
    ),
  );
  end(
    chain(
      x,
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.relu({ maxValue: 1.5, negativeSlope: 0.1 }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, ceilMode: true }),
    ),
  );
  end(
    chain(
      x,
      layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, activation: 'elu' }),
      layers.averagePooling2d({ poolSize: 4, strides: 3, padding: 1, ceilMode: true, countPadding: true }),
    ),
  );
  end(
    chain(
      x,
      layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: [0, 1, 1, 0], outputPadding: 1 }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
    ),
  );
  end(
    chain(
      x,
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' }),
      layers.batchNormalization({ scale: false }),
      layers.leakyRelu(),
      layers.adaptiveAveragePooling2d({ outputSize: [4, 3] }),
    ),
  );
  end(
    chain(
      x,
      layers.separableConv2d({ filters: 5, kernelSize: 3, activation: 'tanh' }),
      layers.adaptiveAveragePooling2d({ outputSize: [5, 4] }),
      layers.prelu({ sharedAxes: [1, 2], alphaInitializer: 'ones' }),
    ),
  );
  end(
    chain(
      x,
      layers.locallyConnected2d({ filters: 3, kernelSize: [3, 2], strides: [2, 3], activation: 'relu6' }),
      layers.prelu({ alphaInitializer: 'ones' }),
      layers.power({ exponent: 2 }),
    ),
  );
  const up = chain(
    x,
    layers.upSampling2d({ size: [2, 3] }),
    layers.zeroPadding2d({ padding: [1, 0, 0, 2] }),
    layers.padChannels({ before: 1, after: 2 }),
  );
  end(chain(up, layers.slice({ begin: [2, 0, 1], size: [9, -1, 4] }), layers.globalMaxPooling2d()));
  end(
    chain(
      x,
      layers.upSampling2d({ size: 2, interpolation: 'bilinear' }),
      layers.dropout({ rate: 0.5 }),
      layers.stochasticDepth({ rate: 0.5 }),
      layers.globalAveragePooling2d(),
    ),
  );
  end(layers.matmul().apply(layers.permute({ dims: [1, 3, 2] }).apply(x), x));
  const gate = chain(
    x,
    layers.globalAveragePooling2d(),
    layers.reshape({ targetShape: [1, 1, 4] }),
    layers.conv2d({ filters: 4, kernelSize: 1, activation: 'hardSigmoid' }),
  );
  end(layers.multiply().apply(x, gate));
  end(layers.add().apply(x, chain(x, layers.globalMaxPooling2d()), gate));
  end(layers.subtract().apply(x, chain(x, layers.globalMaxPooling2d({ keepDims: true }))));
  end(
    layers
      .divide()
      .apply(x, chain(x, layers.activation({ activation: 'softplus' }), layers.clip({ minValue: 0.5, maxValue: 2 }))),
  );
  end(layers.maximum().apply(layers.minimum().apply(x, gate), chain(x, layers.elu({ alpha: 0.5 }))));
  end(chain(x, layers.dense({ units: 3, activation: 'softmax' }), layers.layerNormalization(), layers.affine()));
  end(
    chain(
      x,
      layers.permute({ dims: [2, 3, 1] }),
      layers.reshape({ targetShape: [20, 24] }),
      layers.dense({ units: 5, activation: 'gelu' }),
      layers.batchNormalization(),
      layers.softmax({ axis: 1 }),
    ),
  );
  end(chain(x, layers.reduce({ operation: 'mean', axes: [1] }), layers.layerNormalization({ center: false })));
  end(
    chain(
      x,
      layers.cropping2d({ cropping: [1, 0, 2, 1] }),
      layers.groupNormalization({ groups: 2 }),
      layers.spatialDropout2d({ rate: 0.2 }),
      layers.resizing({ height: 5, width: 9, interpolation: 'bicubic', cropToAspectRatio: true }),
      layers.resizing({ height: 7, width: 6 }),
      layers.resizing({ height: 11, width: 5, coordinates: 'alignCorners' }),
      layers.resizing({ height: 7, width: 6, interpolation: 'nearest', coordinates: 'asymmetric', rounding: 'floor' }),
      layers.centerCrop({ height: 4, width: 4 }),
      layers.identity(),
    ),
  );
  end(
    chain(
      x,
      layers.normalization(),
      layers.normalization({ axis: [1, 3], invert: true }),
      layers.normalization({ axis: null, mean: 0.5, variance: 2 }),
    ),
  );
  end(layers.average().apply(x, gate, x));
  const signal = layers.reshape({ targetShape: [24, 20] }).apply(x);
  end(
    chain(
      signal,
      layers.conv1d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', groups: 2, activation: 'swish' }),
      layers.batchNormalization(),
      layers.maxPooling1d({ poolSize: 3, strides: 2, ceilMode: true }),
      layers.zeroPadding1d({ padding: [2, 1] }),
      layers.conv1dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 1, ceilMode: true, countPadding: true }),
    ),
  );
  end(
    chain(
      signal,
      layers.conv1d({ filters: 6, kernelSize: 3, padding: 'causal', dilationRate: 2, useBias: false }),
      layers.depthwiseConv1d({ kernelSize: 4, depthMultiplier: 2, padding: 'same', activation: 'relu' }),
      layers.upSampling1d({ size: 2 }),
      layers.cropping1d({ cropping: [3, 1] }),
      layers.spatialDropout1d({ rate: 0.2 }),
      layers.averagePooling1d({ poolSize: 3, padding: 'same' }),
      layers.globalMaxPooling1d({ keepDims: true }),
    ),
  );
  end(
    chain(
      signal,
      layers.conv1dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: [0, 1], outputPadding: 1 }),
      layers.separableConv1d({ filters: 5, kernelSize: 3, depthMultiplier: 2, padding: [1, 0], activation: 'tanh' }),
      layers.globalAveragePooling1d(),
      layers.repeatVector({ n: 3 }),
    ),
  );
  const spread = layers.globalMaxPooling1d().apply(signal);
  end(layers.dot({ axes: -1, normalize: true }).apply(spread, layers.globalAveragePooling1d().apply(signal)));
  end(layers.dot({ axes: [2, 1] }).apply(signal, layers.permute({ dims: [2, 1] }).apply(signal)));
  end(layers.dot({ axes: [1, 2] }).apply(x, layers.reshape({ targetShape: [5, 12, 8] }).apply(x)));
  end(chain(x, layers.unitNormalization({ axis: [1, 3] }), layers.conv2d({ filters: 2, kernelSize: 3 })));
  end(
    chain(
      x,
      layers.upSampling2d({ size: [2, 1], interpolation: 'bicubic' }),
      layers.resizing({ height: 7, width: 6, interpolation: 'lanczos3' }),
      layers.alphaDropout({ rate: 0.1 }),
      layers.gaussianDropout({ rate: 0.1 }),
    ),
  );
  const vector = chain(x, layers.flatten());
  end(
    chain(
      vector,
      layers.batchNormalization({ center: false }),
      layers.layerNormalization(),
      layers.dense({ units: 7, activation: 'mish' }),
    ),
  );
  end(layers.add().apply(vector, layers.activation({ activation: 'selu' }).apply(vector)));
  end(layers.concatenate({ axis: 1 }).apply(chain(vector, layers.reshape({ targetShape: [12, 10, 4] })), x));
  end(
    chain(
      layers.concatenate().apply(vector, layers.globalMaxPooling2d().apply(x)),
      layers.rescaling({ scale: 0.5, offset: Array.from({ length: 484 }, (_, i) => i / 100) }),
      layers.dense({ units: 4 }),
    ),
  );
  return functional({ inputs: x, outputs: layers.dense({ units: 9 }).apply(layers.concatenate().apply(...parts)) });
}
