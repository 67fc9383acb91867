/**
 * What Keras, TensorFlow.js and PyTorch call what is called otherwise here, lower case and without underscores, and the names
 * here, which are tried in their order. Names that differ in case and underscores alone (`learning_rate`) need no row.
 */
const spellings: Readonly<Record<string, string>> = {
  // Options of layers.
  'inplanes outchannels numfilters nfilters': 'filters',
  channels: 'filters colorMode',
  'outfeatures outputdim neurons numunits': 'units',
  'kernel filtersize': 'kernelSize',
  kernelsize: 'poolSize size',
  poolsize: 'kernelSize size',
  size: 'kernelSize poolSize outputSize inputShape units targetShape targetSize',
  stride: 'strides',
  pad: 'padding',
  dilation: 'dilationRate',
  bias: 'useBias center',
  usebias: 'center',
  'act nonlinearity fn': 'activation',
  inputdim: 'inputShape',
  'batchinputshape batchshape': 'inputShape shape',
  inputsize: 'inputShape size',
  inputshape: 'shape size',
  shape: 'targetShape inputShape size',
  targetshape: 'shape',
  outputshape: 'targetShape outputSize',
  initializer: 'kernelInitializer alphaInitializer gammaInitializer',
  'depthwiseinitializer init weightinitializer': 'kernelInitializer',
  'depthwiseregularizer regularizer kernelreg weightregularizer': 'kernelRegularizer',
  alpha: 'negativeSlope rho mixUp',
  slope: 'negativeSlope alpha',
  negativeslope: 'alpha',
  p: 'rate probability mixProbability',
  'prob dropprob droprate': 'rate',
  probability: 'rate mixProbability',
  keepdim: 'keepDims',
  dim: 'axis axes dims',
  'axis dims': 'axes',
  axes: 'axis sharedAxes',
  scalefactor: 'size scale',
  mode: 'interpolation operation fit',
  eps: 'epsilon',
  affine: 'scale',
  gamma: 'scale factor decayRate',
  beta: 'center beta1',
  'std sigma': 'stddev',
  countincludepad: 'countPadding',
  min: 'minValue minval',
  max: 'maxValue maxval',
  minval: 'minValue',
  maxval: 'maxValue',
  low: 'minval',
  high: 'maxval',
  mean: 'offset',
  'lambda factor strength': 'l2 l1',
  // Of optimizers, schedules and callbacks.
  lr: 'learningRate initialLearningRate',
  'learningrate initiallr baselr': 'initialLearningRate',
  numgroups: 'groups',
  maxlr: 'maximalLearningRate maxLearningRate',
  'minlr minlearningrate': 'minLr endLearningRate',
  etamin: 'endLearningRate alpha',
  tmax: 'decaySteps',
  decay: 'weightDecay rho decayRate',
  betas: 'beta1 beta2',
  rho: 'beta2',
  maxgradnorm: 'globalClipnorm',
  gradclip: 'clipnorm',
  'threshold tolerance delta': 'minDelta',
  metric: 'monitor metrics distance',
  restorebest: 'restoreBestWeights',
  'path file': 'filepath filename',
  filename: 'filepath',
  filepath: 'filename',
  period: 'saveFreq',
  savebest: 'saveBestOnly',
  'delimiter sep': 'separator',
  // Of fit, compile, evaluate and data.
  'nepochs numepochs epoch': 'epochs',
  batch: 'batchSize',
  'valsplit testsplit': 'validationSplit',
  valdata: 'validationData',
  validation: 'validationData validationSplit',
  steps: 'stepsPerEpoch',
  classweights: 'classWeight',
  sampleweights: 'sampleWeight',
  callback: 'callbacks',
  'losses lossfn criterion': 'loss',
  optim: 'optimizer',
  weightedmetrics: 'metrics',
  logits: 'fromLogits',
  smoothing: 'labelSmoothing',
  'imagesize imgsize': 'size targetSize inputShape',
  'targetsize cropsize resize': 'size',
  imagemean: 'mean',
  imagestd: 'std',
  resample: 'interpolation',
  'keepaspectratio croptoaspectratio': 'fit',
  colormode: 'channels',
  'colourmode grayscale rgb': 'channels colorMode',
  color: 'colours colorMode channels',
  cmap: 'colours',
  vmax: 'limit',
  'randomstate randomseed': 'seed',
  // Of the zoo, formats and retrieval.
  'pretrained weightpath checkpoint': 'weights',
  'numclasses nclasses classcount': 'classes',
  'labels classlabels categories classes': 'classNames',
  'nneighbors neighbors top nneighbours': 'k',
  topk: 'k top',
  'k limit': 'top',
  'opsetversion targetopset': 'opset',
  customobjects: 'customLayers custom',
  custom: 'customLayers',
  url: 'weightsMirror mirror',
  statedict: 'key weightsKey',
  'datadir root': 'folder',
  cachedir: 'cache',
  onprogress: 'onDownload',
  'includeoptimizer saveoptimizer': 'optimizer',
  'transform augmentation': 'augment',
  subset: 'validationSplit',
  layer: 'layerName layers',
  input: 'inputs',
  output: 'outputs',
  // Losses, metrics, optimizers, initializers and activations.
  crossentropy: 'sparseCategoricalCrossentropy categoricalCrossentropy',
  'crossentropyloss nllloss': 'sparseCategoricalCrossentropy',
  softmaxcrossentropy: 'categoricalCrossentropy sparseCategoricalCrossentropy',
  'mse mseloss l2loss': 'meanSquaredError',
  'mae l1loss absolutedifference': 'meanAbsoluteError',
  'bce bceloss bcewithlogitsloss sigmoidcrossentropy logloss': 'binaryCrossentropy',
  momentum: 'sgd',
  normal: 'randomNormal',
  uniform: 'randomUniform',
  'xavier xavieruniform': 'glorotUniform',
  xaviernormal: 'glorotNormal',
  'kaiming kaimingnormal': 'heNormal',
  kaiminguniform: 'heUniform',
  'none identity': 'linear',
  logistic: 'sigmoid',
  // What training logs.
  valacc: 'valAccuracy',
  acc: 'accuracy',
  valaccuracy: 'valAcc',
  accuracy: 'acc',
  // Layers.
  'linear fullyconnected': 'dense',
  convolution2d: 'conv2d',
  'deconv2d convtranspose2d': 'conv2dTranspose',
  maxpool2d: 'maxPooling2d',
  'avgpool2d averagepool2d': 'averagePooling2d',
  adaptiveavgpool2d: 'adaptiveAveragePooling2d',
  globalavgpool2d: 'globalAveragePooling2d',
  globalmaxpool2d: 'globalMaxPooling2d',
  'batchnorm batchnorm2d': 'batchNormalization',
  layernorm: 'layerNormalization',
  localresponsenorm: 'localResponseNormalization',
  dropout2d: 'dropout',
  upsample: 'upSampling2d',
  zeropad2d: 'zeroPadding2d',
};

/** What to say of options that have no counterpart, written as in `spellings`. */
const withoutCounterpart: Readonly<Record<string, string>> = {
  'inchannels infeatures inputchannels numfeatures numparameters':
    'leave it out: the size of the input is found by itself',
  'dataformat channelsfirst':
    'leave it out: pictures are [height, width, channels]; begin with layers.permute({ dims: [2, 3, 1] }) where yours begin with channels',
  'inplace device fused foreach jitcompile runeagerly stepsperexecution workers numworkers usemultiprocessing maxqueuesize':
    'leave it out: there is nothing to choose',
  dtype: 'leave it out: numbers are float32',
  verbose: 'leave it out: what fit prints is chosen by its own verbose',
  safemode: 'leave it out: no code of a file is ever run',
  maplocation: "leave it out: weights go to the model's engine",
  'labelmode classmode': 'leave it out: labels are class numbers; toCategorical makes others of them',
  skipmismatch: 'write strict: false',
  'startdim enddim normalizedshape returndict dampening gain': 'leave it out: there is nothing to choose',
  axis: 'leave it out: it is the last axis, the channels',
  reduction: 'leave it out: it is the mean over the examples',
  'weight posweight': 'leave it out: fit has classWeight and sampleWeight',
  'lr learningrate': 'give it to the optimizer: optimizer: optimizers.adam({ learningRate: … })',
  batchsize: 'leave it out: fit, evaluate and predict have a batchSize',
  'dynamicaxes dynamicshapes': 'leave it out: files take batches of any size',
  'download compile byname followlinks inputnames outputnames exportparams': 'leave it out: it is done by itself',
  'kernelconstraint biasconstraint activityregularizer':
    'leave it out: there are neither constraints nor activity regularizers',
};

/** What a table whose rows' names are apart by spaces says of one of them, however it separates its words. */
export function rowOf(table: Readonly<Record<string, string>>, name: string): string | undefined {
  const asked = plain(name);
  return Object.entries(table).find(([names]) => names.split(' ').includes(asked))?.[1];
}

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

/**
 * What is called otherwise here: the known names that another library's name stands for, the likeliest first.
 *
 * @param table other names and those here, as in `spellings`
 */
export function spelledHere(name: string, known: readonly string[], table = spellings): readonly string[] {
  const asked = plain(name);
  const same = known.filter((one) => plain(one) === asked);
  if (same.length > 0) return same;
  return (
    rowOf(table, name)
      ?.split(' ')
      .filter((one) => known.includes(one)) ?? []
  );
}

/** What to write instead of a name that is not among the known; undefined where nothing is like it. */
export function spellingAdvice(name: string, known: readonly string[]): string | undefined {
  const here = spelledHere(name, known);
  if (here.length > 0) return `write ${here.join(' or ')}`;
  const none = rowOf(withoutCounterpart, name);
  if (none !== undefined) return none;
  // Two letters are like any two others.
  const near = name.length > 2 ? nearestNames(name, known) : [];
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined;
}

/** What to write instead of a name that a table does not have: the name that is meant, and all that there are. */
export function nameAdvice(name: unknown, known: readonly string[]): string {
  const meant = typeof name === 'string' ? spellingAdvice(name, known) : undefined;
  return [meant, `use one of ${known.join(', ')}`].filter(Boolean).join('; ');
}
