import { StriateError } from './tensor/index.js';

/**
 * Stands for what people import from Keras, TensorFlow.js or PyTorch: whatever is done with it says what to write here. Types
 * leave these names out, and a bundle has those alone that it imports.
 */
function standIn(name: string, advice: string): unknown {
  const fail = function (): never {
    throw new StriateError({ where: 'striate', rule: `there is no '${name}'`, advice });
  };
  return new Proxy(fail, { get: fail, apply: fail, construct: fail });
}

const held = 'leave it out: memory is given back by itself';
const plainData = 'compute on tensor.data: tensors are numbers in memory; layers and operators are for models';
const makesTensors = 'write tensor([[1, 2], [3, 4]]) or tensor(values, shape)';
const seeds = 'write seed among the options of sequential, model, fit or zoo.create: there is none for everything';

// TensorFlow.js.
/** @internal @hidden */
export const tensor1d = standIn('tensor1d', makesTensors);
/** @internal @hidden */
export const tensor2d = standIn('tensor2d', makesTensors);
/** @internal @hidden */
export const tensor3d = standIn('tensor3d', makesTensors);
/** @internal @hidden */
export const tensor4d = standIn('tensor4d', makesTensors);
/** @internal @hidden */
export const scalar = standIn('scalar', makesTensors);
/** @internal @hidden */
export const ones = standIn('ones', 'write zeros(shape), whose data.fill(1) makes ones of them');
/** @internal @hidden */
export const oneHot = standIn('oneHot', 'write toCategorical(labels, classes)');
/** @internal @hidden */
export const tidy = standIn('tidy', held);
/** @internal @hidden */
export const dispose = standIn('dispose', held);
/** @internal @hidden */
export const keep = standIn('keep', held);
/** @internal @hidden */
export const memory = standIn('memory', held);
/** @internal @hidden */
export const ready = standIn('ready', 'leave it out: a model opens its engine when it needs it');
/** @internal @hidden */
export const setBackend = standIn(
  'setBackend',
  "write engine in compile: model.compile({ …, engine: 'wasm', threads: 4 })",
);
/** @internal @hidden */
export const getBackend = standIn('getBackend', 'write await model.describeEngine()');
/** @internal @hidden */
export const browser = standIn(
  'browser',
  'write await classify(model, canvas), or await preparePicture(canvas, { size: [28, 28] }) for its numbers',
);
/** @internal @hidden */
export const train = standIn('train', 'write optimizers.adam(0.001), optimizers.sgd(0.1)');
/** @internal @hidden */
export const data = standIn(
  'data',
  'write a generator of batches [x, y], or a data set (PictureSet), and give it to fit',
);
/** @internal @hidden */
export const loadLayersModel = standIn(
  'loadLayersModel',
  "write await loadModel('model.safetensors'), or await importTfjs('model.json') for TensorFlow.js's files",
);
/** @internal @hidden */
export const loadGraphModel = standIn(
  'loadGraphModel',
  "write await importTfjs('model.json') for layers models, or await importOnnx('model.onnx') for graphs",
);
/** @internal @hidden */
export const nextFrame = standIn('nextFrame', 'leave it out: training yields by itself');
/** @internal @hidden */
export const argMax = standIn('argMax', plainData);
/** @internal @hidden */
export const softmax = standIn('softmax', plainData);
/** @internal @hidden */
export const expandDims = standIn('expandDims', 'write tensor.reshape(shape)');
/** @internal @hidden */
export const randomNormal = standIn('randomNormal', 'write new Random(seed), or initializers.randomNormal for weights');
/** @internal @hidden */
export const randomUniform = standIn(
  'randomUniform',
  'write new Random(seed), or initializers.randomUniform for weights',
);

// Keras.
/** @internal @hidden */
export const Input = standIn('Input', 'write input({ shape: [28, 28, 1] })');
/** @internal @hidden */
export const datasets = standIn('datasets', "write await openDataSet('mnist') ('fashion-mnist', 'cifar10')");
/** @internal @hidden */
export const utils = standIn('utils', 'write toCategorical, imageFolder or preparePicture, each a function of its own');
/** @internal @hidden */
export const applications = standIn('applications', "write await zoo.create('resnet50', { weights: 'imagenet' })");
/** @internal @hidden */
export const models = standIn('models', 'write sequential, model or loadModel, each a function of its own');
/** @internal @hidden */
export const activations = standIn('activations', "write an activation by its name: layers.dense(10, 'relu')");
/** @internal @hidden */
export const backend = standIn('backend', plainData);
/** @internal @hidden */
export const preprocessing = standIn('preprocessing', 'write imageFolder, imageDataGenerator or preparePicture');
/** @internal @hidden */
export const constraints = standIn('constraints', 'leave it out: there are regularizers, and clipnorm of optimizers');
/** @internal @hidden */
export const imageDatasetFromDirectory = standIn(
  'imageDatasetFromDirectory',
  "write await imageFolder('photos', { size: [150, 150], validationSplit: 0.2, seed: 1 })",
);
/** @internal @hidden */
export const image_dataset_from_directory = imageDatasetFromDirectory;
/** @internal @hidden */
export const to_categorical = standIn('to_categorical', 'write toCategorical(labels, classes)');
/** @internal @hidden */
export const load_model = standIn('load_model', "write await loadModel('model.keras'), of .safetensors, .keras or .h5");
/** @internal @hidden */
export const loadImg = standIn('loadImg', "write await preparePicture('cat.jpg', { size: [150, 150] })");
/** @internal @hidden */
export const load_img = loadImg;
/** @internal @hidden */
export const cloneModel = standIn('cloneModel', 'write await modelFromBytes(await model.toBytes())');
/** @internal @hidden */
export const modelFromJSON = standIn('modelFromJSON', "write await importKeras('architecture.json')");
/** @internal @hidden */
export const setRandomSeed = standIn('setRandomSeed', seeds);

// PyTorch.
/** @internal @hidden */
export const nn = standIn('nn', 'write layers.conv2d, layers.dense and so on in sequential([…])');
/** @internal @hidden */
export const optim = standIn('optim', "write optimizers.adamw({ convention: 'pytorch', learningRate: 3e-4 })");
/** @internal @hidden */
export const manualSeed = standIn('manualSeed', seeds);
/** @internal @hidden */
export const manual_seed = standIn('manual_seed', seeds);
/** @internal @hidden */
export const noGrad = standIn('noGrad', 'leave it out: evaluate and predict compute no gradients');
/** @internal @hidden */
export const no_grad = standIn('no_grad', 'leave it out: evaluate and predict compute no gradients');
/** @internal @hidden */
export const DataLoader = standIn('DataLoader', 'write fit(dataSet, { batchSize }): it shuffles and fetches ahead');
/** @internal @hidden */
export const Subset = standIn('Subset', 'write dataSet.subset(indices)');
/** @internal @hidden */
export const transforms = standIn(
  'transforms',
  'write augment(dataSet, [augmentationSteps.randomErasing()]), or preprocessing for sizes and means',
);
/** @internal @hidden */
export const from_numpy = standIn('from_numpy', "write decodeNpy(bytes), from 'striate/formats'");
/** @internal @hidden */
export const device = standIn('device', 'leave it out: compile({ engine }) chooses what computes');
/** @internal @hidden */
export const cuda = device;
/** @internal @hidden */
export const save = standIn('save', "write await model.save('model.safetensors')");
/** @internal @hidden */
export const load = standIn('load', "write await loadModel('model.safetensors'), or model.loadWeights('weights.pth')");
