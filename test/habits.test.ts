import { describe, expect, it } from 'vitest';
import {
  callbacks,
  History,
  initializers,
  input,
  layers,
  losses,
  optimizers,
  regularizers,
  schedules,
  sequential,
  type Layer,
} from '../src/index.node.js';
import { Monitor } from '../src/fit/callbacks/monitor.js';
import { layerClasses } from '../src/layers/layerTable.js';
import { StriateError } from '../src/tensor/index.js';

/** The same tables without types, as JavaScript sees them. */
type Loose = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
const [L, O, R, I, S, C, X] = [layers, optimizers, regularizers, initializers, schedules, callbacks, losses].map(
  (table) => table as unknown as Loose,
);
const config = (made: unknown): unknown => (made as { config(): unknown }).config();

describe('calls that users of Keras, TensorFlow.js and PyTorch guess', () => {
  it.each<[string, () => unknown, object]>([
    ['conv2d(32, 3)', () => L.conv2d(32, 3), { filters: 32, kernelSize: [3, 3] }],
    ['conv2d(32, [3, 5])', () => L.conv2d(32, [3, 5]), { kernelSize: [3, 5] }],
    ['conv2d(32, 3, { strides: 2 })', () => L.conv2d(32, 3, { strides: 2 }), { filters: 32, strides: [2, 2] }],
    ['conv2dTranspose(8, 2)', () => L.conv2dTranspose(8, 2), { filters: 8, kernelSize: [2, 2] }],
    ['separableConv2d(8, 3)', () => L.separableConv2d(8, 3), { filters: 8, kernelSize: [3, 3] }],
    ['locallyConnected2d(8, 3)', () => L.locallyConnected2d(8, 3), { filters: 8 }],
    ['depthwiseConv2d(3)', () => L.depthwiseConv2d(3), { kernelSize: [3, 3] }],
    ['conv1d(32, 3)', () => L.conv1d(32, 3), { filters: 32, kernelSize: 3 }],
    ['conv1d(32, [3])', () => L.conv1d(32, [3]), { kernelSize: 3 }],
    ["conv1d(32, 3, { padding: 'causal' })", () => L.conv1d(32, 3, { padding: 'causal' }), { padding: 'causal' }],
    ['separableConv1d(8, 3)', () => L.separableConv1d(8, 3), { filters: 8, kernelSize: 3 }],
    ['depthwiseConv1d(3)', () => L.depthwiseConv1d(3), { kernelSize: 3 }],
    ['conv1dTranspose(8, 2)', () => L.conv1dTranspose(8, 2), { filters: 8, kernelSize: 2 }],
    ['maxPooling1d(3, 2)', () => L.maxPooling1d(3, 2), { poolSize: 3, strides: 2 }],
    ['maxPool1d(3)', () => L.maxPool1d(3), { poolSize: 3, strides: 3 }],
    ['avgPool1d(3)', () => L.avgPool1d(3), { poolSize: 3 }],
    ['globalAvgPool1d()', () => L.globalAvgPool1d(), { keepDims: false }],
    ['globalMaxPool1d()', () => L.globalMaxPool1d(), { keepDims: false }],
    ['zeroPadding1d([1, 0])', () => L.zeroPadding1d([1, 0]), { padding: [1, 0] }],
    ['cropping1d(2)', () => L.cropping1d(2), { cropping: [2, 2] }],
    ['upSampling1d(3)', () => L.upSampling1d(3), { size: 3 }],
    ['spatialDropout1d(0.2)', () => L.spatialDropout1d(0.2), { rate: 0.2 }],
    ['repeatVector(4)', () => L.repeatVector(4), { n: 4 }],
    ['dot(1)', () => L.dot(1), { axes: [1, 1], normalize: false }],
    ['dot([2, 1], { normalize: true })', () => L.dot([2, 1], { normalize: true }), { axes: [2, 1], normalize: true }],
    ['gaussianDropout(0.1)', () => L.gaussianDropout(0.1), { rate: 0.1 }],
    ['alphaDropout(0.1)', () => L.alphaDropout(0.1), { rate: 0.1 }],
    ['unitNormalization(1)', () => L.unitNormalization(1), { axis: 1 }],
    ['dense(10)', () => L.dense(10), { units: 10 }],
    ["dense(10, 'relu')", () => L.dense(10, 'relu'), { units: 10, activation: 'relu' }],
    ['dense(10, { useBias: false })', () => L.dense(10, { useBias: false }), { units: 10, useBias: false }],
    ['dropout(0.5)', () => L.dropout(0.5), { rate: 0.5 }],
    ['spatialDropout2d(0.2)', () => L.spatialDropout2d(0.2), { rate: 0.2 }],
    ['gaussianNoise(0.1)', () => L.gaussianNoise(0.1), { stddev: 0.1 }],
    ['maxPooling2d(3)', () => L.maxPooling2d(3), { poolSize: [3, 3], strides: [3, 3] }],
    ['maxPooling2d(3, 2)', () => L.maxPooling2d(3, 2), { poolSize: [3, 3], strides: [2, 2] }],
    ['maxPooling2d([2, 1])', () => L.maxPooling2d([2, 1]), { poolSize: [2, 1] }],
    ['maxPool2d(3)', () => L.maxPool2d(3), { poolSize: [3, 3] }],
    ['avgPool2d(3)', () => L.avgPool2d(3), { poolSize: [3, 3] }],
    ['averagePooling2d(2, 1)', () => L.averagePooling2d(2, 1), { strides: [1, 1] }],
    ['globalAvgPool2d()', () => L.globalAvgPool2d(), { keepDims: false }],
    ['globalMaxPool2d()', () => L.globalMaxPool2d(), { keepDims: false }],
    ["activation('relu')", () => L.activation('relu'), { activation: 'relu' }],
    ['relu(6)', () => L.relu(6), { maxValue: 6 }],
    ['leakyRelu(0.1)', () => L.leakyRelu(0.1), { negativeSlope: 0.1 }],
    ['elu(0.5)', () => L.elu(0.5), { alpha: 0.5 }],
    ['softmax(-1)', () => L.softmax(-1), { axis: -1 }],
    ['zeroPadding2d(1)', () => L.zeroPadding2d(1), { padding: [1, 1, 1, 1] }],
    ['cropping2d(1)', () => L.cropping2d(1), { cropping: [1, 1, 1, 1] }],
    ['resizing(8, 9)', () => L.resizing(8, 9), { height: 8, width: 9 }],
    ['reshape([4, 4])', () => L.reshape([4, 4]), { targetShape: [4, 4] }],
    ['permute([2, 1])', () => L.permute([2, 1]), { dims: [2, 1] }],
    ['concatenate(1)', () => L.concatenate(1), { axis: 1 }],
    ['rescaling(1 / 255)', () => L.rescaling(1 / 255), { scale: 1 / 255, offset: 0 }],
    ['rescaling(1 / 127.5, -1)', () => L.rescaling(1 / 127.5, -1), { scale: 1 / 127.5, offset: -1 }],
    ['upSampling2d(3)', () => L.upSampling2d(3), { size: [3, 3] }],
    ['l2(0.5)', () => R.l2(0.5), { l2: 0.5 }],
    ['l1(0.5)', () => R.l1(0.5), { l1: 0.5 }],
    ['l1l2(0.1, 0.2)', () => R.l1l2(0.1, 0.2), { l1: 0.1, l2: 0.2 }],
    ['constant(0.5)', () => I.constant(0.5), { value: 0.5 }],
    ['randomNormal(0, 0.2)', () => I.randomNormal(0, 0.2), { mean: 0, stddev: 0.2 }],
    ['randomUniform(-1, 1)', () => I.randomUniform(-1, 1), { minval: -1, maxval: 1 }],
    ['heNormal(3)', () => I.heNormal(3), { seed: 3 }],
    ['adam(0.01)', () => O.adam(0.01), { learningRate: 0.01 }],
    ['sgd(0.1, { momentum: 0.9 })', () => O.sgd(0.1, { momentum: 0.9 }), { learningRate: 0.1, momentum: 0.9 }],
    ['rmsprop(0.1)', () => O.rmsprop(0.1), { learningRate: 0.1 }],
    ['adamw(0.1)', () => O.adamw(0.1), { learningRate: 0.1, weightDecay: 0.004 }],
    ['binaryCrossentropy(true)', () => X.binaryCrossentropy(true), { fromLogits: true }],
  ])('%s works', (_, call, expected) => {
    expect(config(call())).toMatchObject(expected);
  });

  const conv = { filters: 8, kernelSize: 3 };
  it.each<[string, () => unknown, string]>([
    ...(
      [
        ['out_channels', 'write filters'],
        ['kernel_size', 'write kernelSize'],
        ['in_channels', 'found by itself'],
        ['stride', 'write strides'],
        ['dilation', 'write dilationRate'],
        ['bias', 'write useBias'],
        ['use_bias', 'write useBias'],
        ['data_format', 'height, width, channels'],
        ['dataFormat', 'height, width, channels'],
        ['kernel_initializer', 'write kernelInitializer'],
        ['kernel_regularizer', 'write kernelRegularizer'],
        ['kernel_constraint', 'constraints'],
        ['input_shape', 'write inputShape'],
        ['batchInputShape', 'write inputShape'],
        ['input_dim', 'write inputShape'],
        ['dtype', 'float32'],
        ['device', 'leave it out'],
        ['activaton', 'did you mean activation'],
      ] as const
    ).map(([name, advice]): [string, () => unknown, string] => [
      `conv2d({ ${name} })`,
      () => L.conv2d({ ...conv, [name]: 1 }),
      advice,
    ]),
    ['conv2d(3, 32, 3)', () => L.conv2d(3, 32, 3), 'takes filters and kernelSize without a name'],
    ['conv2d({ useBias: "no" })', () => L.conv2d({ ...conv, useBias: 'no' }), 'useBias must be true or false'],
    ['dense({ out_features })', () => L.dense({ out_features: 3 }), 'write units'],
    ['dense()', () => L.dense(), 'units must be'],
    ['dense("10")', () => L.dense('10'), 'units must be a number'],
    ['batchNormalization(64)', () => L.batchNormalization(64), 'takes no value without a name'],
    ['batchNormalization({ eps })', () => L.batchNormalization({ eps: 1e-5 }), 'write epsilon'],
    ['batchNormalization({ num_features })', () => L.batchNormalization({ num_features: 3 }), 'found by itself'],
    ['maxPooling2d({ kernel_size })', () => L.maxPooling2d({ kernel_size: 3 }), 'write poolSize'],
    ['maxPooling2d({ pool_size })', () => L.maxPooling2d({ pool_size: 3 }), 'write poolSize'],
    ['maxPooling2d({ size })', () => L.maxPooling2d({ size: 3 }), 'write poolSize'],
    ['globalAveragePooling2d({ keepdims })', () => L.globalAveragePooling2d({ keepdims: true }), 'write keepDims'],
    ['leakyRelu({ alpha })', () => L.leakyRelu({ alpha: 0.1 }), 'write negativeSlope'],
    ['leakyRelu({ negative_slope })', () => L.leakyRelu({ negative_slope: 0.1 }), 'write negativeSlope'],
    ['relu({ inplace })', () => L.relu({ inplace: true }), 'leave it out'],
    ['dropout({ p })', () => L.dropout({ p: 0.5 }), 'write rate'],
    ['reshape({ target_shape })', () => L.reshape({ target_shape: [4] }), 'write targetShape'],
    ['reshape({ shape })', () => L.reshape({ shape: [4] }), 'write targetShape'],
    ['reshape(4, 4)', () => L.reshape(4, 4), 'takes targetShape without a name'],
    ['flatten(1)', () => L.flatten(1), 'takes no value without a name'],
    ['add([x, y])', () => L.add([input([1]), input([1])]), 'layers.add(…).apply(x)'],
    ['flatten(x)', () => L.flatten(input([1])), 'layers.flatten(…).apply(x)'],
    ["activation('Relu')", () => L.activation('Relu'), 'write relu'],
    ["dense(1, { kernelInitializer: 'he_normal' })", () => L.dense(1, { kernelInitializer: 'he_normal' }), 'heNormal'],
    ["dense(1, { kernelInitializer: 'xavier' })", () => L.dense(1, { kernelInitializer: 'xavier' }), 'glorotUniform'],
    ['l2({ lambda })', () => R.l2({ lambda: 0.1 }), 'write l2'],
    ['randomNormal({ std })', () => I.randomNormal({ std: 0.1 }), 'write stddev'],
    ['heNormal({ scale })', () => I.heNormal({ scale: 2 }), "no option 'scale'"],
    ['zeros({ value })', () => I.zeros({ value: 2 }), "no option 'value'"],
    ['adam({ lr })', () => O.adam({ lr: 0.1 }), 'write learningRate'],
    ['adam({ learning_rate })', () => O.adam({ learning_rate: 0.1 }), 'write learningRate'],
    ['adam({ betas })', () => O.adam({ betas: [0.9, 0.99] }), 'write beta1 or beta2'],
    ['adam({ beta_1 })', () => O.adam({ beta_1: 0.9 }), 'write beta1'],
    ['adam({ eps })', () => O.adam({ eps: 1e-8 }), 'write epsilon'],
    ['adam({ weight_decay })', () => O.adam({ weight_decay: 0.1 }), 'write weightDecay'],
    ["adam('0.1')", () => O.adam('0.1'), 'learningRate must be a number'],
    ['sgd({ momentum: "0.9" })', () => O.sgd({ momentum: '0.9' }), 'momentum must be a number'],
    ['sgd({ nesterov: 1 })', () => O.sgd({ nesterov: 1 }), 'nesterov must be true or false'],
    ['rmsprop({ alpha })', () => O.rmsprop({ alpha: 0.99 }), 'write rho'],
    ['cosineDecay({ T_max })', () => S.cosineDecay({ initialLearningRate: 1, T_max: 3 }), 'write decaySteps'],
    ['cosineDecay({ lr })', () => S.cosineDecay({ lr: 1, decaySteps: 3 }), 'write initialLearningRate'],
    ['earlyStopping({ restore_best_weights })', () => C.earlyStopping({ restore_best_weights: true }), 'restoreBest'],
    ['earlyStopping({ min_delta })', () => C.earlyStopping({ min_delta: 1 }), 'write minDelta'],
    ['earlyStopping({ verbose })', () => C.earlyStopping({ verbose: 1 }), 'leave it out'],
    ["earlyStopping({ patience: '3' })", () => C.earlyStopping({ patience: '3' }), 'patience must be a number'],
    ["earlyStopping({ mode: 'maximum' })", () => C.earlyStopping({ mode: 'maximum' }), 'mode must be'],
    ['reduceLROnPlateau({ min_lr })', () => C.reduceLROnPlateau({ min_lr: 0.1 }), 'write minLr'],
    ['modelCheckpoint({ save_best_only })', () => C.modelCheckpoint({ save_best_only: true }), 'write saveBestOnly'],
    ['csvLogger({ file })', () => C.csvLogger({ file: 'a' }), 'write filename'],
    ['binaryCrossentropy({ from_logits })', () => X.binaryCrossentropy({ from_logits: true }), 'write fromLogits'],
    ['sequential({ layer })', () => sequential({ layer: [] } as object), 'write layers'],
    ['input({ batchShape })', () => input({ batchShape: [1] } as never), 'write shape'],
    ['compile({ metric })', () => sequential([]).compile({ loss: 'mse', metric: [] } as never), 'write metrics'],
    ["compile({ loss: 'crossentropy' })", () => sequential([]).compile({ loss: 'crossentropy' } as never), 'sparseCat'],
    [
      "compile({ optimizer: 'Adam' })",
      () => sequential([]).compile({ loss: 'mse', optimizer: 'Adam' } as never),
      'write adam',
    ],
  ])('%s says what to write', (_, call, advice) => {
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(StriateError);
    expect((error as Error).message).toContain(advice);
  });

  it('are checked for every class of layers', () => {
    for (const [name, type] of Object.entries(layerClasses)) {
      expect(Object.hasOwn(type, 'acceptedOptions'), name).toBe(true);
      expect(() => new (type as new (options: object) => Layer)({ novelty: 1 }), name).toThrow(
        "there is no option 'novelty'",
      );
    }
  });

  it('take values in one list, and shapes without their name', () => {
    const [a, b] = [input([4]), input([3])];
    const both = layers.concatenate().apply([a, b]);
    expect(both.shape).toEqual([7]);
    expect(() => sequential([layers.dense(1)]).compile({ loss: 'mse', metrics: ['mae'] })).not.toThrow();
  });
});

describe('what training logs', () => {
  it('is monitored under either spelling, and grows by whole words', () => {
    const training = { names: ['loss', 'valLoss', 'valAccuracy'] } as never;
    for (const name of ['val_loss', 'valLoss', 'val_accuracy', 'val_acc']) {
      const monitor = new Monitor('test', name);
      monitor.check(training);
      expect(monitor.value({ loss: 1, valLoss: 2, valAccuracy: 3 })).toBe(name.endsWith('oss') ? 2 : 3);
    }
    const falls = ['loss', 'valLoss', 'vaccineLoss', 'valVaccineLoss', 'accLoss', 'faucet'];
    const grows = ['accuracy', 'valAcc', 'val_auc', 'vaccineAccuracy', 'f1Score', 'valPrecision'];
    for (const name of falls) expect(new Monitor('test', name).worst, name).toBe(Infinity);
    for (const name of grows) expect(new Monitor('test', name).worst, name).toBe(-Infinity);
  });

  it('is read under the names of here, and says so under others', () => {
    const { history } = new History([{ loss: 1, learningRate: 0.1, seconds: 1, valLoss: 2 }], 1, false);
    expect(history.valLoss).toEqual([2]);
    expect(Object.keys(history)).not.toContain('val_loss');
    expect(() => history.val_loss).toThrow(/write history\.valLoss/);
  });
});
