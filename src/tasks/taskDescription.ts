import { modelFileFormat } from '../fit/modelFile.js';
import type { FrameSize } from '../geometry/index.js';
import { model as functional, type Model } from '../models/index.js';
import type { SymbolicTensor } from '../layers/index.js';
import { isRecord, isWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import type { DetectionDecoding } from '../zoo/detection.js';
import type { DefaultBoxesPlan } from './defaultBoxes.js';
import type { DetectorPlan } from './detectorPlan.js';

/** Where a model's metadata say what its numbers mean as boxes or masks. */
export const taskKey = 'striate.task';

/** What a network is for. */
export type TaskKind = 'detection' | 'segmentation' | 'keypoints';

/** A map of the backbone: the layer that it comes from, and which of its calls. */
type MapPlace = readonly [layer: string, call: number];

/** What a file keeps of a task's network beside its model, class names and preprocessing. */
export interface TaskDescription {
  readonly task: TaskKind;
  readonly architecture: string;
  /** Of detectors alone. */
  readonly plan?: Omit<DetectorPlan, 'preprocessing'>;
  /** What its points are called, of keypoints alone. */
  readonly pointNames?: readonly string[];
  /** The maps that its heads stand on, where the backbone is known. */
  readonly backbone?: readonly MapPlace[];
}

/** The text of a description, for a model's metadata. */
export function taskText(
  model: Model,
  { backbone, ...own }: Omit<TaskDescription, 'backbone'> & { readonly backbone: Model | undefined },
): string {
  const { calls } = model.topology;
  const maps = backbone?.outputs.map((output): MapPlace | undefined => {
    const layer = output.source?.layer;
    const at = calls.filter((call) => call.layer === layer).findIndex((call) => call.output === output);
    return layer && at >= 0 ? [layer.name, at] : undefined;
  });
  const places = maps?.every((place) => place !== undefined) ? { backbone: maps } : {};
  return JSON.stringify({ ...own, ...places } satisfies object);
}

/** What is wrong with a description, or with the model beside it. */
const damaged = (what: string): StriateError =>
  new StriateError({ rule: `${what} is damaged`, advice: 'use another copy of the file' });

/** The backbone that a description names, over the model's own layers; undefined where it names none. */
export function describedBackbone(model: Model, places: unknown): Model | undefined {
  if (places === undefined) return undefined;
  const { inputs, calls } = model.topology;
  const outputs = (Array.isArray(places) ? (places as readonly unknown[]) : []).map((place) => {
    const [name, at] = Array.isArray(place) ? (place as readonly unknown[]) : [];
    const found = typeof at === 'number' ? calls.filter(({ layer }) => layer.name === name)[at] : undefined;
    if (!found) throw damaged('what it says of its backbone');
    return found.output;
  });
  if (outputs.length === 0) throw damaged('what it says of its backbone');
  const made = functional({ inputs: [...inputs], outputs, name: `${model.name}_backbone` });
  made.preprocessing = model.preprocessing;
  return made;
}

/**
 * A description as a file has it.
 *
 * @returns undefined where the model is of no task
 * @throws StriateError when it is damaged.
 */
export function describedTask(model: Model): TaskDescription | undefined {
  const text = model.metadata[taskKey];
  if (text === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged('what it says its numbers mean');
  }
  if (!isRecord(parsed)) throw damaged('what it says its numbers mean');
  const { task, architecture, plan, pointNames, backbone } = parsed;
  if (!oneOf(['detection', 'segmentation', 'keypoints'], task) || typeof architecture !== 'string')
    throw damaged('what it says its numbers mean');
  return {
    task,
    architecture,
    ...(task === 'detection' && { plan: describedPlan(plan) }),
    ...(task === 'keypoints' && { pointNames: describedNames(pointNames) }),
    ...(backbone !== undefined && { backbone: backbone as readonly MapPlace[] }),
  };
}

const oneOf = <T extends string>(known: readonly T[], value: unknown): value is T =>
  (known as readonly unknown[]).includes(value);

const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

/** Lists of sizes and ratios: as many as a network may have maps, and finite. */
const arePositive = (value: unknown): value is readonly number[] =>
  Array.isArray(value) &&
  value.length <= 64 &&
  value.every((one) => typeof one === 'number' && one > 0 && Number.isFinite(one));

const areLists = (value: unknown): value is readonly (readonly number[])[] =>
  Array.isArray(value) && value.length <= 64 && value.every(arePositive);

function describedNames(names: unknown): readonly string[] {
  const areNames = Array.isArray(names) && names.every((name) => typeof name === 'string');
  if (!areNames || names.length === 0 || new Set(names).size < names.length)
    throw damaged('what it says of its points');
  return names;
}

function describedPlan(plan: unknown): Omit<DetectorPlan, 'preprocessing'> {
  const what = 'what it says of its boxes';
  if (!isRecord(plan) || typeof plan.inCorner !== 'boolean') throw damaged(what);
  const { decoding, boxes, inCorner } = plan;
  if (!isDecoding(decoding) || !isBoxesPlan(boxes)) throw damaged(what);
  return { decoding, boxes, inCorner };
}

function isDecoding(value: unknown): value is DetectionDecoding {
  if (!isRecord(value)) return false;
  const { kind, scoreThreshold, nmsThreshold, candidates, detections } = value;
  const counts = [candidates, detections].every((count) => isWhole(count, 1, 1e6));
  return oneOf(['ssd', 'retinanet', 'fcos'], kind) && isShare(scoreThreshold) && isShare(nmsThreshold) && counts;
}

function isBoxesPlan(value: unknown): value is DefaultBoxesPlan {
  if (!isRecord(value) || (value.steps !== undefined && !arePositive(value.steps))) return false;
  if (value.kind === 'ssd') return arePositive(value.scales) && areLists(value.aspectRatios);
  return value.kind === 'anchors' && areLists(value.sizes) && arePositive(value.aspectRatios);
}

/** How many boxes a plan has at each position of a map; undefined where it knows no such map. */
function boxesAt(plan: DefaultBoxesPlan, map: number): number | undefined {
  if (plan.steps && plan.steps.length <= map) return undefined;
  if (plan.kind === 'anchors') return plan.sizes[map] && plan.sizes[map].length * plan.aspectRatios.length;
  return plan.aspectRatios[map] && map + 1 < plan.scales.length ? 2 + 2 * plan.aspectRatios[map].length : undefined;
}

/**
 * Throws unless a model gives what a detector's description says: scores of its classes, and boxes of as many places as it has
 * default boxes.
 *
 * @param maps - the maps that the rows of boxes come from
 */
export function expectDetects(
  model: Model,
  classes: number,
  { decoding, boxes }: Pick<DetectorPlan, 'decoding' | 'boxes'>,
  maps: readonly SymbolicTensor[],
): void {
  const centerness = decoding.kind === 'fcos' ? [1] : [];
  const wanted = [classes, 4, ...centerness];
  const [places] = model.outputs[0].shape;
  const isRows = ({ shape }: SymbolicTensor, i: number): boolean =>
    shape.length === 2 && shape[0] === places && shape[1] === wanted[i];
  const areRows = model.outputs.length === wanted.length && model.outputs.every(isRows);
  const areMaps = maps.every(({ shape }, i) => shape.length === 3 && shape[2] === 4 * (boxesAt(boxes, i) ?? NaN));
  const count = maps.reduce((sum, { shape: [height, width, numbers] }) => sum + (height * width * numbers) / 4, 0);
  if (areRows && areMaps && count === places) return;
  throw new StriateError({
    rule: 'its network does not give the boxes that it says it does',
    advice: 'use another copy of the file',
  });
}

/** Throws unless a model gives scores of so many classes for each pixel of its input. */
export function expectSegments({ inputShape, outputs }: Model, classes: number): void {
  const [height, width] = inputShape;
  const frame: FrameSize & { classes: number } = { height, width, classes };
  const fits = outputs.length === 1 && outputs[0].shape.join() === [frame.height, frame.width, frame.classes].join();
  if (fits) return;
  throw new StriateError({
    rule: 'its network does not give the masks that it says it does',
    advice: 'use another copy of the file',
  });
}

/** Throws unless a model gives a map of each of so many points. */
export function expectPoints({ outputs }: Model, points: number): void {
  if (outputs.length === 1 && outputs[0].shape.length === 3 && outputs[0].shape[2] === points) return;
  throw new StriateError({
    rule: 'its network does not give the points that it says it does',
    advice: 'use another copy of the file',
  });
}

/** Throws unless a path is one that a task's network is saved under. */
export function expectTaskFile(where: string, path: string): void {
  if (modelFileFormat(where, path) === 'safetensors') return;
  throw new StriateError({
    where,
    rule: 'what boxes, masks and points are made of is kept in Striate’s own format: the name must end in .safetensors',
    received: `'${path}'`,
    advice: 'for other programs write exportOnnx, or the network alone with model.save',
  });
}
