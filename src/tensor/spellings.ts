/**
 * What Keras, TensorFlow.js and PyTorch call what is called otherwise here, lower case and without underscores: each row's
 * names are tried in their order. Names that differ in case and underscores alone (`learning_rate`) need no row.
 */
const spellings: Readonly<Record<string, readonly string[]>> = {
  // Options of layers.
  inplanes: ['filters'],
  outchannels: ['filters'],
  numfilters: ['filters'],
  nfilters: ['filters'],
  channels: ['filters', 'colorMode'],
  outfeatures: ['units'],
  outputdim: ['units'],
  neurons: ['units'],
  numunits: ['units'],
  kernel: ['kernelSize'],
  kernelsize: ['poolSize', 'size'],
  poolsize: ['kernelSize', 'size'],
  filtersize: ['kernelSize'],
  size: ['kernelSize', 'poolSize', 'outputSize', 'inputShape', 'units', 'targetShape', 'targetSize'],
  stride: ['strides'],
  pad: ['padding'],
  dilation: ['dilationRate'],
  bias: ['useBias', 'center'],
  usebias: ['center'],
  act: ['activation'],
  nonlinearity: ['activation'],
  fn: ['activation'],
  inputdim: ['inputShape'],
  batchinputshape: ['inputShape', 'shape'],
  batchshape: ['inputShape', 'shape'],
  inputsize: ['inputShape', 'size'],
  inputshape: ['shape', 'size'],
  shape: ['targetShape', 'inputShape', 'size'],
  targetshape: ['shape'],
  outputshape: ['targetShape', 'outputSize'],
  initializer: ['kernelInitializer', 'alphaInitializer', 'gammaInitializer'],
  depthwiseinitializer: ['kernelInitializer'],
  depthwiseregularizer: ['kernelRegularizer'],
  regularizer: ['kernelRegularizer'],
  kernelreg: ['kernelRegularizer'],
  init: ['kernelInitializer'],
  weightinitializer: ['kernelInitializer'],
  weightregularizer: ['kernelRegularizer'],
  alpha: ['negativeSlope', 'rho', 'mixUp'],
  slope: ['negativeSlope', 'alpha'],
  negativeslope: ['alpha'],
  p: ['rate', 'probability', 'mixProbability'],
  prob: ['rate'],
  dropprob: ['rate'],
  droprate: ['rate'],
  probability: ['rate', 'mixProbability'],
  keepdim: ['keepDims'],
  dim: ['axis', 'axes', 'dims'],
  axis: ['axes'],
  axes: ['axis', 'sharedAxes'],
  dims: ['axes'],
  scalefactor: ['size', 'scale'],
  mode: ['interpolation', 'operation', 'fit'],
  eps: ['epsilon'],
  affine: ['scale'],
  gamma: ['scale', 'factor', 'decayRate'],
  beta: ['center', 'beta1'],
  std: ['stddev'],
  sigma: ['stddev'],
  countincludepad: ['countPadding'],
  min: ['minValue', 'minval'],
  max: ['maxValue', 'maxval'],
  minval: ['minValue'],
  maxval: ['maxValue'],
  low: ['minval'],
  high: ['maxval'],
  mean: ['offset'],
  lambda: ['l2', 'l1'],
  factor: ['l2', 'l1'],
  strength: ['l2', 'l1'],
  // Of optimizers, schedules and callbacks.
  lr: ['learningRate', 'initialLearningRate'],
  learningrate: ['initialLearningRate'],
  initiallr: ['initialLearningRate'],
  baselr: ['initialLearningRate'],
  maxlr: ['maximalLearningRate', 'maxLearningRate'],
  minlr: ['minLr', 'endLearningRate'],
  minlearningrate: ['minLr', 'endLearningRate'],
  etamin: ['endLearningRate', 'alpha'],
  tmax: ['decaySteps'],
  decay: ['weightDecay', 'rho', 'decayRate'],
  betas: ['beta1', 'beta2'],
  rho: ['beta2'],
  maxgradnorm: ['globalClipnorm'],
  gradclip: ['clipnorm'],
  threshold: ['minDelta'],
  tolerance: ['minDelta'],
  delta: ['minDelta'],
  metric: ['monitor', 'metrics', 'distance'],
  restorebest: ['restoreBestWeights'],
  path: ['filepath', 'filename'],
  file: ['filepath', 'filename'],
  filename: ['filepath'],
  filepath: ['filename'],
  period: ['saveFreq'],
  savebest: ['saveBestOnly'],
  delimiter: ['separator'],
  sep: ['separator'],
  // Of fit, compile, evaluate and data.
  nepochs: ['epochs'],
  numepochs: ['epochs'],
  epoch: ['epochs'],
  batch: ['batchSize'],
  valsplit: ['validationSplit'],
  testsplit: ['validationSplit'],
  valdata: ['validationData'],
  validation: ['validationData', 'validationSplit'],
  steps: ['stepsPerEpoch'],
  classweights: ['classWeight'],
  sampleweights: ['sampleWeight'],
  callback: ['callbacks'],
  losses: ['loss'],
  lossfn: ['loss'],
  criterion: ['loss'],
  optim: ['optimizer'],
  weightedmetrics: ['metrics'],
  logits: ['fromLogits'],
  smoothing: ['labelSmoothing'],
  imagesize: ['size', 'targetSize', 'inputShape'],
  imgsize: ['size', 'targetSize', 'inputShape'],
  targetsize: ['size'],
  cropsize: ['size'],
  imagemean: ['mean'],
  imagestd: ['std'],
  resample: ['interpolation'],
  keepaspectratio: ['fit'],
  croptoaspectratio: ['fit'],
  resize: ['size'],
  colormode: ['channels'],
  colourmode: ['channels', 'colorMode'],
  color: ['colours', 'colorMode', 'channels'],
  cmap: ['colours'],
  vmax: ['limit'],
  grayscale: ['channels', 'colorMode'],
  rgb: ['channels', 'colorMode'],
  randomstate: ['seed'],
  randomseed: ['seed'],
  // Of the zoo, formats and retrieval.
  pretrained: ['weights'],
  numclasses: ['classes'],
  nclasses: ['classes'],
  classcount: ['classes'],
  labels: ['classNames'],
  classlabels: ['classNames'],
  categories: ['classNames'],
  classes: ['classNames'],
  nneighbors: ['k'],
  neighbors: ['k'],
  topk: ['k', 'top'],
  k: ['top'],
  top: ['k'],
  limit: ['top'],
  nneighbours: ['k'],
  opsetversion: ['opset'],
  targetopset: ['opset'],
  customobjects: ['customLayers', 'custom'],
  custom: ['customLayers'],
  url: ['weightsMirror', 'mirror'],
  weightpath: ['weights'],
  checkpoint: ['weights'],
  statedict: ['key', 'weightsKey'],
  datadir: ['folder'],
  cachedir: ['cache'],
  root: ['folder'],
  onprogress: ['onDownload'],
  includeoptimizer: ['optimizer'],
  saveoptimizer: ['optimizer'],
  transform: ['augment'],
  augmentation: ['augment'],
  subset: ['validationSplit'],
  layer: ['layerName', 'layers'],
  input: ['inputs'],
  output: ['outputs'],
  // Losses, metrics, optimizers, initializers and activations.
  crossentropy: ['sparseCategoricalCrossentropy', 'categoricalCrossentropy'],
  crossentropyloss: ['sparseCategoricalCrossentropy'],
  softmaxcrossentropy: ['categoricalCrossentropy', 'sparseCategoricalCrossentropy'],
  nllloss: ['sparseCategoricalCrossentropy'],
  mse: ['meanSquaredError'],
  mae: ['meanAbsoluteError'],
  bce: ['binaryCrossentropy'],
  bceloss: ['binaryCrossentropy'],
  bcewithlogitsloss: ['binaryCrossentropy'],
  sigmoidcrossentropy: ['binaryCrossentropy'],
  logloss: ['binaryCrossentropy'],
  mseloss: ['meanSquaredError'],
  l1loss: ['meanAbsoluteError'],
  l2loss: ['meanSquaredError'],
  absolutedifference: ['meanAbsoluteError'],
  momentum: ['sgd'],
  normal: ['randomNormal'],
  uniform: ['randomUniform'],
  xavier: ['glorotUniform'],
  xavieruniform: ['glorotUniform'],
  xaviernormal: ['glorotNormal'],
  kaiming: ['heNormal'],
  kaiminguniform: ['heUniform'],
  kaimingnormal: ['heNormal'],
  none: ['linear'],
  identity: ['linear'],
  logistic: ['sigmoid'],
  // What training logs.
  valacc: ['valAccuracy'],
  acc: ['accuracy'],
  valaccuracy: ['valAcc'],
  accuracy: ['acc'],
  // Layers.
  linear: ['dense'],
  fullyconnected: ['dense'],
  convolution2d: ['conv2d'],
  deconv2d: ['conv2dTranspose'],
  convtranspose2d: ['conv2dTranspose'],
  maxpool2d: ['maxPooling2d'],
  avgpool2d: ['averagePooling2d'],
  averagepool2d: ['averagePooling2d'],
  adaptiveavgpool2d: ['adaptiveAveragePooling2d'],
  globalavgpool2d: ['globalAveragePooling2d'],
  globalmaxpool2d: ['globalMaxPooling2d'],
  batchnorm: ['batchNormalization'],
  batchnorm2d: ['batchNormalization'],
  layernorm: ['layerNormalization'],
  localresponsenorm: ['localResponseNormalization'],
  dropout2d: ['dropout'],
  upsample: ['upSampling2d'],
  zeropad2d: ['zeroPadding2d'],
};

const foundByItself = 'leave it out: the size of the input is found by itself';
const layoutIsFixed =
  'leave it out: pictures are [height, width, channels]; begin with layers.permute({ dims: [2, 3, 1] }) where yours have ' +
  'their channels first; importers do so by themselves';
const notNeeded = 'leave it out: there is nothing to choose';
const noConstraints = 'leave it out: there are neither constraints nor activity regularizers';

/** What to say of options that have no counterpart, written as in `spellings`. */
const withoutCounterpart: Readonly<Record<string, string>> = {
  inchannels: foundByItself,
  infeatures: foundByItself,
  inputchannels: foundByItself,
  numfeatures: foundByItself,
  numparameters: foundByItself,
  dataformat: layoutIsFixed,
  channelsfirst: layoutIsFixed,
  inplace: notNeeded,
  device: notNeeded,
  dtype: 'leave it out: numbers are float32',
  fused: notNeeded,
  foreach: notNeeded,
  jitcompile: notNeeded,
  runeagerly: notNeeded,
  stepsperexecution: notNeeded,
  workers: notNeeded,
  numworkers: notNeeded,
  usemultiprocessing: notNeeded,
  maxqueuesize: notNeeded,
  verbose: 'leave it out: what fit prints is chosen by its own verbose',
  download: 'leave it out: openDataSet downloads what is not there',
  compile: 'leave it out: what was compiled is compiled again',
  safemode: 'leave it out: no code of a file is ever run',
  maplocation: "leave it out: weights go to the model's engine",
  labelmode: 'leave it out: labels are class numbers, as sparse losses take them; toCategorical makes others of them',
  classmode: 'leave it out: labels are class numbers, as sparse losses take them; toCategorical makes others of them',
  byname: 'leave it out: names are compared first, and then the order',
  skipmismatch: 'write strict: false',
  followlinks: 'leave it out: links are followed',
  dynamicaxes: 'leave it out: files take batches of any size',
  dynamicshapes: 'leave it out: files take batches of any size',
  exportparams: 'leave it out: weights are part of the file',
  inputnames: 'leave it out: inputs are called as in the model',
  outputnames: 'leave it out: outputs are called as in the model',
  kernelconstraint: noConstraints,
  biasconstraint: noConstraints,
  activityregularizer: noConstraints,
};

/** A name as the tables have it: lower case, without what separates words. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}

/** How many letters must be changed, put in or taken out to make one word of another. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The names most like another one, at most three. */
export function nearestNames(name: string, known: readonly string[]): string[] {
  const asked = name.toLowerCase();
  return known
    .map((one) => ({ one, distance: editDistance(asked, one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.max(2, Math.min(asked.length, one.length) / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ one }) => one);
}

/** What is called otherwise here: the known names that another library's name stands for, the likeliest first. */
export function spelledHere(name: string, known: readonly string[]): readonly string[] {
  const asked = plain(name);
  const same = known.filter((one) => plain(one) === asked);
  if (same.length > 0) return same;
  return Object.hasOwn(spellings, asked) ? spellings[asked].filter((one) => known.includes(one)) : [];
}

/** What to write instead of a name that is not among the known; undefined where nothing is like it. */
export function spellingAdvice(name: string, known: readonly string[]): string | undefined {
  const here = spelledHere(name, known);
  if (here.length > 0) return `write ${here.join(' or ')}`;
  const asked = plain(name);
  if (Object.hasOwn(withoutCounterpart, asked)) return withoutCounterpart[asked];
  // Two letters are like any two others.
  const near = name.length > 2 ? nearestNames(name, known) : [];
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined;
}

/** What to write instead of a name that a table does not have: the name that is meant, and all that there are. */
export function nameAdvice(name: unknown, known: readonly string[]): string {
  const meant = typeof name === 'string' ? spellingAdvice(name, known) : undefined;
  return [meant, `use one of ${known.join(', ')}`].filter(Boolean).join('; ');
}
