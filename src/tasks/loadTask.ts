import { files } from '#platform';
import { modelFromBytes, type LoadOptions, type Model } from '../models/index.js';
import { loadOptions } from '../models/load.js';
import { expectOptions } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import { detectionArchitectures, type DetectionName } from '../zoo/detection.js';
import { detectionHeads, type DetectionHeadName } from '../zoo/detectionHeads.js';
import { maskHeads, type MaskHeadName } from '../zoo/ownSegmentationHeads.js';
import { segmentationArchitectures, type SegmentationName } from '../zoo/segmentation.js';
import { keypointHeads, type KeypointHeadName } from '../zoo/keypointHeads.js';
import { Detector, mapsOf } from './detector.js';
import { KeypointDetector } from './keypointDetector.js';
import { Segmenter } from './segmenter.js';
import { describedBackbone, describedTask, expectDetects, expectPoints, expectSegments } from './taskDescription.js';

/** What a file of a detector, a segmenter or a keypoint detector is given as: its path, or its bytes. */
export type TaskSource = string | Uint8Array;

const isDetection = (name: string): name is DetectionName | DetectionHeadName =>
  Object.hasOwn(detectionArchitectures, name) || Object.hasOwn(detectionHeads, name);

const isSegmentation = (name: string): name is SegmentationName | MaskHeadName =>
  Object.hasOwn(segmentationArchitectures, name) || Object.hasOwn(maskHeads, name);

const isKeypoints = (name: string): name is KeypointHeadName => Object.hasOwn(keypointHeads, name);

/** A network with what its numbers mean. */
export type Task = Detector | Segmenter | KeypointDetector;

/**
 * The detector, segmenter or keypoint detector whose network a model is.
 *
 * @returns undefined where the model is of none
 * @throws StriateError when what the file says of it is damaged, or the network does not give it; `file` is what it is called.
 */
export function taskOf(model: Model, file: string): Task | undefined {
  try {
    return described(model);
  } catch (error) {
    if (error instanceof StriateError) throw error.within(file);
    const advice = 'use another copy of the file';
    throw new StriateError(
      { where: file, rule: 'what it says its numbers mean does not suit its network', advice },
      { cause: error },
    );
  }
}

function described(model: Model): Task | undefined {
  const found = describedTask(model);
  if (!found) return undefined;
  const { architecture, plan, pointNames } = found;
  const { classNames, preprocessing } = model;
  if ((!classNames && !pointNames) || !preprocessing) {
    throw new StriateError({
      rule: `does not say ${preprocessing ? 'what its classes are called' : 'how its pictures are prepared'}`,
      advice: 'use another copy of the file',
    });
  }
  const unknown = new StriateError({
    rule: `is of an architecture that is not known: '${architecture}'`,
    advice: 'a newer version of Striate may know it',
  });
  if (pointNames) {
    if (!isKeypoints(architecture)) throw unknown;
    expectPoints(model, pointNames.length);
    const backbone = describedBackbone(model, found.backbone);
    return new KeypointDetector(architecture, model, pointNames, { preprocessing }, backbone);
  }
  const names = classNames!;
  if (plan) {
    if (!isDetection(architecture)) throw unknown;
    expectDetects(model, names.length, plan, model.outputs.length > 1 ? mapsOf(model.outputs[1]) : []);
    const backbone = describedBackbone(model, found.backbone);
    return new Detector(architecture, model, names, { ...plan, preprocessing }, backbone);
  }
  if (!isSegmentation(architecture)) throw unknown;
  expectSegments(model, names.length);
  const backbone = describedBackbone(model, found.backbone);
  return new Segmenter(architecture, model, names, { preprocessing }, backbone);
}

/** What opens each kind, and what it is called. */
const kinds = {
  loadDetector: { of: Detector, word: 'detector' },
  loadSegmenter: { of: Segmenter, word: 'segmenter' },
  loadKeypointDetector: { of: KeypointDetector, word: 'keypoint detector' },
} as const;

async function opened<T extends Task>(
  where: keyof typeof kinds,
  is: (task: Task) => task is T,
  source: TaskSource,
  options: LoadOptions,
): Promise<T> {
  expectOptions({ ...loadOptions, where }, options);
  const file = typeof source === 'string' ? source : 'model';
  const model = await modelFromBytes(typeof source === 'string' ? await files.read(source) : source, options, file);
  const task = taskOf(model, file);
  if (task && is(task)) return task;
  await model.dispose();
  const { word } = kinds[where];
  const [loader, other] = Object.entries(kinds).find(([, { of }]) => task instanceof of) ?? [];
  throw new StriateError({
    where: file,
    rule: `holds ${other ? `a ${other.word}` : 'a model that says nothing of boxes, masks or points'}, and no ${word}`,
    advice: loader ? `open it with ${loader}` : `open it with loadModel; save of a ${word} writes what ${where} reads`,
  });
}

/**
 * Reads a detector that `detector.save` wrote: network, names of classes, default boxes, and how pictures are prepared. Of a page, the
 * bytes that `detector.toBytes` gave.
 *
 * @throws StriateError when the file is damaged, or holds something else.
 *
 * @example
 * const detector = await loadDetector('cells.safetensors');
 * for (const { name, box } of await detector.detect('photo.jpg')) console.log(name, box);
 */
export function loadDetector(source: TaskSource, options: LoadOptions = {}): Promise<Detector> {
  return opened('loadDetector', (task): task is Detector => task instanceof Detector, source, options);
}

/**
 * Reads a segmenter that `segmenter.save` wrote: network, names of classes, and how pictures are prepared. Of a page, the bytes that
 * `segmenter.toBytes` gave.
 *
 * @throws StriateError when the file is damaged, or holds something else.
 *
 * @example
 * const segmenter = await loadSegmenter('street.safetensors');
 * console.log((await segmenter.segment('photo.jpg')).areas);
 */
export function loadSegmenter(source: TaskSource, options: LoadOptions = {}): Promise<Segmenter> {
  return opened('loadSegmenter', (task): task is Segmenter => task instanceof Segmenter, source, options);
}

/**
 * Reads a network for points that `KeypointDetector.save` wrote, with the names of its points and how pictures are prepared. Of a page,
 * the bytes that `toBytes` gave.
 *
 * @throws StriateError when the file is damaged, or holds something else.
 *
 * @example
 * const pose = await loadKeypointDetector('pose.safetensors');
 * for (const { name, x, y } of await pose.detect('photo.jpg')) console.log(name, x, y);
 */
export function loadKeypointDetector(source: TaskSource, options: LoadOptions = {}): Promise<KeypointDetector> {
  const is = (task: Task): task is KeypointDetector => task instanceof KeypointDetector;
  return opened('loadKeypointDetector', is, source, options);
}
