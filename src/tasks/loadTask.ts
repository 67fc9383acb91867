import { files } from '#platform';
import { modelFromBytes, type LoadOptions, type Model } from '../models/index.js';
import { loadOptions } from '../models/load.js';
import { expectOptions } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import { detectionArchitectures, type DetectionName } from '../zoo/detection.js';
import { detectionHeads, type DetectionHeadName } from '../zoo/detectionHeads.js';
import { maskHeads, type MaskHeadName } from '../zoo/ownSegmentationHeads.js';
import { segmentationArchitectures, type SegmentationName } from '../zoo/segmentation.js';
import { Detector, mapsOf } from './detector.js';
import { Segmenter } from './segmenter.js';
import { describedBackbone, describedTask, expectDetects, expectSegments } from './taskDescription.js';

/** What a file of a detector or a segmenter is given as: its path, or its bytes. */
export type TaskSource = string | Uint8Array;

const isDetection = (name: string): name is DetectionName | DetectionHeadName =>
  Object.hasOwn(detectionArchitectures, name) || Object.hasOwn(detectionHeads, name);

const isSegmentation = (name: string): name is SegmentationName | MaskHeadName =>
  Object.hasOwn(segmentationArchitectures, name) || Object.hasOwn(maskHeads, name);

/**
 * The detector or segmenter whose network a model is.
 *
 * @returns undefined where the model is of neither
 * @throws StriateError when what the file says of it is damaged, or the network does not give it; `file` is what it is called.
 */
export function taskOf(model: Model, file: string): Detector | Segmenter | undefined {
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

function described(model: Model): Detector | Segmenter | undefined {
  const found = describedTask(model);
  if (!found) return undefined;
  const { architecture, plan } = found;
  const { classNames, preprocessing } = model;
  if (!classNames || !preprocessing) {
    throw new StriateError({
      rule: `does not say ${classNames ? 'how its pictures are prepared' : 'what its classes are called'}`,
      advice: 'use another copy of the file',
    });
  }
  const unknown = new StriateError({
    rule: `is of an architecture that is not known: '${architecture}'`,
    advice: 'a newer version of Striate may know it',
  });
  if (plan) {
    if (!isDetection(architecture)) throw unknown;
    expectDetects(model, classNames.length, plan, model.outputs.length > 1 ? mapsOf(model.outputs[1]) : []);
    const backbone = describedBackbone(model, found.backbone);
    return new Detector(architecture, model, classNames, { ...plan, preprocessing }, backbone);
  }
  if (!isSegmentation(architecture)) throw unknown;
  expectSegments(model, classNames.length);
  const backbone = describedBackbone(model, found.backbone);
  return new Segmenter(architecture, model, classNames, { preprocessing }, backbone);
}

const others = { loadDetector: 'loadSegmenter', loadSegmenter: 'loadDetector' } as const;

async function opened<T extends Detector | Segmenter>(
  where: keyof typeof others,
  is: (task: Detector | Segmenter) => task is T,
  source: TaskSource,
  options: LoadOptions,
): Promise<T> {
  expectOptions({ ...loadOptions, where }, options);
  const file = typeof source === 'string' ? source : 'model';
  const model = await modelFromBytes(typeof source === 'string' ? await files.read(source) : source, options, file);
  const task = taskOf(model, file);
  if (task && is(task)) return task;
  await model.dispose();
  const [own, other] = where === 'loadDetector' ? ['detector', 'segmenter'] : ['segmenter', 'detector'];
  throw new StriateError({
    where: file,
    rule: `holds ${task ? `a ${other}` : 'a model that says nothing of boxes or masks'}, and no ${own}`,
    advice: task ? `open it with ${others[where]}` : `open it with loadModel; ${own}.save writes what ${where} reads`,
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
