import * as striate from '../../src/index.node.js';
import { modelFormats } from '../../src/formats/index.js';

const { layers, Tensor } = striate;

const x = new Tensor(
  'float32',
  [4, 3],
  new Float32Array(12).map((_, i) => i),
);
const y = new Tensor('int32', [4], Int32Array.of(0, 1, 0, 1));
const pictures = new Tensor(
  'uint8',
  [4, 8, 8, 1],
  new Uint8Array(256).map((_, i) => i),
);
const set = new striate.PictureSet({ name: 'noise', x: pictures, y, classNames: ['a', 'b'] });
const picture = { width: 8, height: 8, data: new Uint8ClampedArray(256) };
const bytes = new Uint8Array(16);

const curve = { learningRates: [0.1, 0.2], losses: [1, 2], smoothed: [1, 2] } as unknown as striate.LearningRateCurve;

/** Files that are not decoded, as nobody asks for one. */
async function files(): Promise<striate.PictureFiles> {
  const png = new Blob([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82)]);
  const named = ['a', 'b'].flatMap((name) => [1, 2].map((i) => ({ path: `all/${name}/${i}.png`, file: png })));
  const { train } = await striate.imageFiles(named, { size: [8, 8], validationSplit: 0.5 });
  return train;
}

function generator(): striate.FolderImageDataGenerator {
  return striate.imageDataGenerator();
}

function ends(): Parameters<typeof striate.model>[0] {
  const inputs = striate.input({ shape: [3] });
  return { inputs, outputs: layers.dense({ units: 2 }).apply(inputs) };
}

/** A model that is compiled, of three numbers. */
function dense(): striate.Model {
  const made = striate.sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
  made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  return made;
}

/** A model of pictures that ends in a classifier. */
function classifier(): striate.Model {
  const made = striate.sequential({
    layers: [
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1] }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 2 }),
    ],
  });
  made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  return made;
}

const explained = striate.explain(classifier(), picture);

function index(): striate.EmbeddingIndex {
  return new striate.EmbeddingIndex({ dimensions: 3 });
}

function detector(): striate.Detector {
  return striate.createDetector('ssdlite320_mobilenet_v3_large', { classes: 2, inputShape: [64, 64, 3] });
}

function heads(): striate.MultiTask<{ readonly boxes: striate.Detector }> {
  return striate.multiTask({ boxes: detector() });
}

function pose(): striate.KeypointDetector {
  return striate.createKeypointDetector({ backbone: striate.createSegmenter('unet').model, points: ['nose'] });
}

type Call = (options: never) => unknown;

/** How each is called whose options are not its only argument, or that needs some of them; by the options' type where it takes several. */
const calls: Readonly<Record<string, Call>> = {
  annotatedPictures: (options) => striate.annotatedPictures([{ picture, annotations: [] }], options),
  'FolderImageDataGenerator.flowFromDirectory': (options) => generator().flowFromDirectory('nowhere', options),
  'ImageDataGenerator.fit': (options) => generator().fit(set, options),
  'ImageDataGenerator.flow': (options) => generator().flow(set, options),
  openDataSet: (options) => striate.openDataSet('nowhere', options),
  imageFolder: (options) => striate.imageFolder('nowhere', given({ size: [8, 8] }, options)),
  imageFiles: (options) => striate.imageFiles([], given({ size: [8, 8] }, options)),
  'report.lookInside': (options) => striate.report.lookInside(classifier(), set, options),
  'report.explainMistakes': (options) => striate.report.explainMistakes(classifier(), set, [], options),
  'report.confusionSpec': (options) => striate.report.confusionSpec([[1]], ['a'], options),
  'report.learningRateSpec': (options) => striate.report.learningRateSpec(curve, options),
  features: (options) => striate.features(classifier(), options),
  featurePyramid: (options) => striate.featurePyramid([striate.input({ shape: [8, 8, 2] })], options),
  newClasses: (options) => striate.newClasses(detector(), given({ classes: ['cat'] }, options)),
  createDetector: (options) => striate.createDetector('ssdlite320_mobilenet_v3_large', options),
  'createDetector DetectorDesign': (options) => striate.createDetector(given({ backbone: classifier() }, options)),
  'Detector.detect': (options) => detector().detect(picture, options),
  'Detector.fit': (options) => detector().fit(striate.scenes({ train: 1, test: 1 }).train, options),
  'Detector.decode': (options) => detector().decode([], options),
  'Detector.save': (options) => detector().save('nowhere/model.safetensors', options),
  'Detector.toBytes': (options) => detector().toBytes(options),
  loadDetector: (options) => striate.loadDetector('nowhere.safetensors', options),
  loadKeypointDetector: (options) => striate.loadKeypointDetector('nowhere.safetensors', options),
  'KeypointDetector.save': (options) => pose().save('nowhere/model.safetensors', options),
  'KeypointDetector.toBytes': (options) => pose().toBytes(options),
  loadSegmenter: (options) => striate.loadSegmenter('nowhere.safetensors', options),
  'Segmenter.save': (options) => striate.createSegmenter('unet').save('nowhere/model.safetensors', options),
  'Segmenter.toBytes': (options) => striate.createSegmenter('unet').toBytes(options),
  createSegmenter: (options) => striate.createSegmenter('lraspp_mobilenet_v3_large', options),
  'createSegmenter SegmenterDesign': (options) => striate.createSegmenter(given({ backbone: classifier() }, options)),
  'createSegmenter UNetOptions': (options) => striate.createSegmenter('unet', options),
  createKeypointDetector: (options) =>
    striate.createKeypointDetector(given({ backbone: classifier(), points: ['nose'] }, options)),
  'KeypointDetector.detect': (options) => pose().detect(picture, options),
  'MultiTask.fit': (options) => heads().fit({ boxes: striate.scenes({ train: 1, test: 1 }).train }, options),
  'MultiTask.predict': (options) => heads().predict(picture, options),
  'Segmenter.segment': (options) => striate.createSegmenter('unet').segment(picture, options),
  'KeypointDetector.fit': (options) => pose().fit(striate.scenes({ train: 1, test: 1 }).train, options),
  'KeypointDetector.evaluate': (options) => pose().evaluate(striate.scenes({ train: 1, test: 1 }).train, options),
  'Segmenter.fit': (options) =>
    striate.createSegmenter('unet').fit(striate.scenes({ train: 1, test: 1 }).train, options),
  'Segmenter.evaluate': (options) =>
    striate.createSegmenter('unet').evaluate(striate.scenes({ train: 1, test: 1 }).train, options),
  exportOnnx: (options) => striate.exportOnnx(classifier(), options),
  saveOnnx: (options) => striate.saveOnnx(classifier(), 'nowhere/model.onnx', options),
  importOnnx: (options) => striate.importOnnx(bytes, options),
  importKeras: (options) => striate.importKeras(bytes, options),
  importTfjs: (options) => striate.importTfjs('nowhere/model.json', options),
  loadKerasWeights: (options) => striate.loadKerasWeights(dense(), bytes, options),
  'ModelFormat.read': (options) => modelFormats[0].read(bytes, options),
  'losses.own': (options) =>
    striate.losses.own(function mine(yTrue) {
      return yTrue;
    }, options),
  'explain ExplainOptions': (options) => striate.explain(classifier(), picture, options),
  'explain ExplainedInputs': (options) => striate.explain(dense(), given({ inputs: [x] }, options)),
  legend: async (options) => striate.legend(await explained, options),
  overlay: async (options) => striate.overlay(await explained, options),
  activationsOf: (options) => striate.activationsOf(classifier(), picture, options),
  activationSheet: (options) => striate.activationSheet(x.slice(0, 1).reshape([3]), options),
  deadFilters: (options) => striate.deadFilters(classifier(), picture, options),
  mostActivating: (options) => striate.mostActivating(classifier(), 'conv2d', 0, picture, options),
  receptiveFieldOf: (options) => striate.receptiveFieldOf(classifier(), given({ layer: 'conv2d', count: 1 }, options)),
  drawReceptiveField: async (options) => {
    const field = await striate.receptiveFieldOf(classifier(), { layer: 'conv2d', count: 1 });
    return striate.drawReceptiveField(field, await explained, options);
  },
  filterPatterns: (options) => striate.filterPatterns(classifier(), 'conv2d', given({ steps: 1 }, options)),
  classPatterns: (options) => striate.classPatterns(classifier(), given({ steps: 1 }, options)),
  'explain EvidenceOptions': (options) => striate.explain(classifier(), picture, { evidence: options }),
  energyInside: (options) =>
    striate.energyInside(striate.zeros([4, 4]), given({ left: 0, top: 0, right: 2, bottom: 2 }, options)),
  sanityCheck: (options) => striate.sanityCheck(classifier(), [picture], options),
  rankExplanations: (options) => striate.rankExplanations(classifier(), [picture], options),
  'project PcaProjectionOptions': (options) => striate.project(x, options),
  'project TsneProjectionOptions': (options) => striate.project(x, given({ method: 'tsne', iterations: 1 }, options)),
  'project UmapProjectionOptions': (options) => striate.project(x, given({ method: 'umap', nEpochs: 1 }, options)),
  embeddingsOf: (options) => striate.embeddingsOf(classifier(), set, options),
  projectionQuality: (options) => striate.projectionQuality(x, x, options),
  classify: (options) => striate.classify(classifier(), picture, options),
  classifyBatches: (options) => striate.classifyBatches(classifier(), [picture], options),
  openModel: (options) => striate.openModel(bytes, options),
  'PictureFiles.prepared': async (options) => (await files()).prepared(given({ size: [8, 8] }, options)),
  prepareTransfer: (options) => striate.prepareTransfer(classifier(), { train: set, test: set }, options),
  loadMnist: (options) => striate.loadMnist('nowhere', options),
  'new NormalizedSet': (options) => new striate.NormalizedSet(set, options),
  normalizedSplits: (options) => striate.normalizedSplits({ train: set, test: set }, options),
  'new PictureSet': (options) =>
    new striate.PictureSet(given({ name: 'mine', x: pictures, y, classNames: ['a', 'b'] }, options)),
  augment: (options) => striate.augment(set, options),
  'new AugmentTransform': (options) => [
    new striate.AugmentTransform(options),
    new striate.AugmentTransform([], options),
  ],
  mix: (options) => striate.mix(set, options),
  openEngine: (options) => striate.openEngine('reference', options),
  drawArchitecture: (options) => striate.drawArchitecture(classifier(), options),
  toPicture: (options) => striate.toPicture(x, options),
  tilePictures: (options) => striate.tilePictures([picture], options),
  adapted: (options) => striate.adapted(classifier(), set, options),
  fitHead: (options) => striate.fitHead(classifier(), set, given({ verbose: 0 }, options)),
  suspectLabels: (options) => striate.suspectLabels(classifier(), set, given({ verbose: 0 }, options)),
  findLabelIssues: (options) => striate.findLabelIssues([0, 1, 0, 1], [0.1, 0.9, 0.2, 0.4], options),
  evaluateDetections: (options) => striate.evaluateDetections([], [], options),
  evaluateSegmentation: (options) => striate.evaluateSegmentation([], [], 2, options),
  detectionConfusion: (options) => striate.detectionConfusion([], [], options),
  pck: (options) => striate.pck([], [], options),
  annotatedFolder: (options) => striate.annotatedFolder('nowhere', options),
  'AnnotatedSet.prepared': (options) => striate.scenes({ train: 1, test: 1 }).train.prepared(options),
  'AnnotatedSet.augmented': (options) =>
    striate.scenes({ train: 1, test: 1, size: 16 }).train.augmented(striate.augmentation({}), options),
  nms: (options) => striate.nms([[0, 0, 1, 1]], [1], options),
  softNms: (options) => striate.softNms([[0, 0, 1, 1]], [1], options),
  calibration: (options) => striate.calibration([0, 1, 0, 1], [0.1, 0.9, 0.2, 0.4], options),
  findLearningRate: (options) => striate.findLearningRate(dense(), set, options),
  loadModel: (options) => striate.loadModel('nowhere.safetensors', options),
  modelFromBytes: (options) => striate.modelFromBytes(bytes, options),
  'Model.compile': (options) => dense().compile(given({ loss: 'sparseCategoricalCrossentropy' }, options)),
  'Model.fit': (options) => dense().fit(x, y, given({ epochs: 1, verbose: 0 }, options)),
  'Model.fineTune': (options) => classifier().fineTune(set, 1, given({ verbose: 0 }, options)),
  'Model.evaluate': (options) => dense().evaluate(x, y, options),
  'Model.trainOnBatch': (options) => dense().trainOnBatch(x, y, options),
  'Model.testOnBatch': (options) => dense().testOnBatch(x, y, options),
  'Model.predict': (options) => dense().predict(x, options),
  'Model.predictAll': (options) => dense().predictAll(x, options),
  'Model.save': (options) => dense().save('nowhere/model.safetensors', options),
  'TrainedModel.save': (options) => dense().save('nowhere/model.safetensors', options),
  'Model.toBytes': (options) => dense().toBytes(options),
  'Network.unfreeze': (options) => dense().unfreeze(undefined, options),
  'Network.summary': (options) => dense().summary(options),
  'Network.useEngine': (options) => dense().useEngine(options),
  'Network.saveWeights': (options) => dense().saveWeights('nowhere/weights.safetensors', options),
  'Network.loadWeights': (options) => dense().loadWeights(new Map(), options),
  newHead: (options) => striate.newHead(classifier(), given({ classes: 2 }, options)),
  model: (options) => striate.model(given(ends(), options)),
  preparePicture: (options) => striate.preparePicture(picture, given({ size: [8, 8] }, options)),
  completePreprocessing: (options) => striate.completePreprocessing(options, [8, 8, 3]),
  preprocessingFromTexts: (options) => striate.preprocessingFromTexts({}, given({ size: [8, 8] }, options)),
  'new EmbeddingIndex': (options) => new striate.EmbeddingIndex(given({ dimensions: 3 }, options)),
  'EmbeddingIndex.add': (options) => index().add(given({ name: 'a' }, options), [1, 2, 3]),
  'EmbeddingIndex.addAll': (options) => index().addAll(x, given({ names: ['a', 'b', 'c', 'd'] }, options)),
  retrievalScores: (options) => striate.retrievalScores(index(), options),
  'Architecture.create': (options) => striate.architectures.lenet5.create('lenet5', options),
  'zoo.create': (options) => striate.zoo.create('lenet5', options),
  'metrics.iou': (options) => striate.metrics.iou(given({ targetClassIds: [0] }, options)),
  'callbacks.modelCheckpoint': (options) =>
    striate.callbacks.modelCheckpoint(given({ filepath: 'a.safetensors' }, options)),
  'new ModelCheckpoint': (options) => new striate.ModelCheckpoint(given({ filepath: 'a.safetensors' }, options)),
};

/** Options that layers, and the schedules, cannot do without. */
const needed: Readonly<Record<string, object>> = {
  'new Conv2D': { filters: 1, kernelSize: 1 },
  'new Conv2DTranspose': { filters: 1, kernelSize: 1 },
  'new SeparableConv2D': { filters: 1, kernelSize: 1 },
  'new LocallyConnected2D': { filters: 1, kernelSize: 1 },
  'new DepthwiseConv2D': { kernelSize: 1 },
  'new Conv1D': { filters: 1, kernelSize: 1 },
  'new Conv1DTranspose': { filters: 1, kernelSize: 1 },
  'new SeparableConv1D': { filters: 1, kernelSize: 1 },
  'new DepthwiseConv1D': { kernelSize: 1 },
  'new Dense': { units: 1 },
  'new RandomZoom': { heightFactor: 0.1 },
  'new RandomColorDegeneration': { factor: 0.1 },
  'new RandomSharpness': { factor: 0.1 },
  'new RandomTranslation': { heightFactor: 0.1, widthFactor: 0.1 },
  'new Resizing': { height: 1, width: 1 },
  'schedules.oneCycle': { maxLearningRate: 1, totalSteps: 2 },
};

/** What is needed beside the options that are tried. */
function given<const Options extends object>(needed: Options, options: object): Options {
  return { ...needed, ...options };
}

/** `Conv2D` for `layers.conv2d`. */
function classOf(name: string): string {
  const factory = name.replace('layers.', '').toLowerCase();
  return (
    Object.keys(needed)
      .find((known) => known.toLowerCase() === `new ${factory}`)
      ?.slice(4) ?? factory
  );
}

/** The call of something public by its name, with options. */
export function callOf(name: string, type: string): (options: object) => unknown {
  const byType = (calls as Readonly<Record<string, Call | undefined>>)[`${name} ${type}`];
  if (byType) return byType as (options: object) => unknown;
  if (Object.hasOwn(calls, name)) return calls[name] as (options: object) => unknown;
  const [group, member] = name.split('.');
  if (group === 'architectures') {
    return (options) => striate.architectures[member as striate.ArchitectureName].create(member, options);
  }
  const path = name.replace(/^new /, '').split('.');
  let found: unknown = striate;
  for (const part of path) found = (found as Readonly<Record<string, unknown>>)[part];
  const own = needed[name] ?? needed[`new ${classOf(name)}`] ?? {};
  const call = (options: object) => {
    const all = given(own, options);
    return name.startsWith('new ')
      ? new (found as new (options: object) => unknown)(all)
      : (found as (options: object) => unknown)(all);
  };
  return call;
}
