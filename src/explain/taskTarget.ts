import { clipBox, placeBox, RunLengthMask, unplaceBox, type Box, type PlacedFrame } from '../geometry/index.js';
import { mapsOf } from '../tasks/detector.js';
import type { Detector, KeypointDetector, NamedDetection, PreparedPicture, Segmenter } from '../tasks/index.js';
import { expectWhole, shown } from '../tensor/check.js';
import { sizeOf, StriateError, Tensor } from '../tensor/index.js';
import { argMaxOf } from '../tensor/row.js';
import { nameAdvice } from '../tensor/spellings.js';
import type { Region } from './evidence/energyInside.js';
import type { ClassTarget, ResolvedTarget, Target } from './target.js';

/** A thing that a detector found: the score of its class at the place that its box came from. */
export interface DetectionTarget {
  /** What `detect` gave. */
  readonly detection: Pick<NamedDetection, 'label' | 'row' | 'box'>;
}

/** What a segmenter says of a part of the picture: a class's mean score over it. */
export interface RegionTarget {
  readonly class: ClassTarget;
  /** In pixels of the picture; by default where the segmenter finds the class. */
  readonly region?: RunLengthMask | Box;
}

/**
 * What an explanation of boxes, masks or points is about: one that was found, a part of the picture, a class where it is found best, or
 * a point by its name or number.
 */
export type TaskTarget = DetectionTarget | RegionTarget | ClassTarget;

/** What finds boxes, masks or points. */
export type TaskModel = Detector | Segmenter | KeypointDetector;

/** A target of one picture, and where in the network's input it lies. */
export interface PlacedTarget {
  readonly target: ResolvedTarget;
  readonly inside: Region;
  /** The box of a thing that was found, in pixels of the input. */
  readonly box?: Box;
}

/** Whether what is explained finds boxes, masks or points. */
export function isTask(source: unknown): source is TaskModel {
  return typeof source === 'object' && source !== null && ('detect' in source || 'segment' in source);
}

/**
 * What a target means for one picture.
 *
 * @param target undefined: the thing that is found with the highest score, or the class of most pixels but the background
 * @throws StriateError when nothing like it is found, or the target is of another kind.
 */
export function taskTarget(
  task: TaskModel,
  target: Target | TaskTarget | undefined,
  picture: PreparedPicture,
): Promise<PlacedTarget> {
  if ('pointNames' in task) return pointTarget(task, target, picture);
  return 'detect' in task ? detectionTarget(task, target, picture) : regionTarget(task, target, picture);
}

/** The score of a point where its heat map has its top; of no point in particular, of the surest. */
async function pointTarget(
  { model, pointNames }: KeypointDetector,
  target: Target | TaskTarget | undefined,
  { x }: Pick<PreparedPicture, 'x'>,
): Promise<PlacedTarget> {
  const asked = target === undefined ? undefined : namedPlace(model.name, 'point', target, pointNames, 'left out');
  const [value] = model.outputs;
  const [rows, columns, points] = value.shape;
  const { data } = await model.predict(x.reshape([1, ...x.shape]));
  let top = asked ?? 0;
  for (let at = 0; at < data.length; at++)
    if ((asked === undefined || at % points === asked) && data[at] > data[top]) top = at;
  const weights = new Float32Array(data.length);
  weights[top] = 1;
  const cell = Math.floor(top / points);
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const [height, width] = x.shape;
  const [down, across] = [height / rows, width / columns];
  // What lies within a place or two of it.
  const inside = {
    left: Math.max(0, (column - 1) * across),
    top: Math.max(0, (row - 1) * down),
    right: Math.min(width, (column + 2) * across),
    bottom: Math.min(height, (row + 2) * down),
  };
  return { target: { kind: 'unit', name: pointNames[top % points], value, weights }, inside };
}

async function detectionTarget(
  detector: Detector,
  target: Target | TaskTarget | undefined,
  { x, frame, size }: PreparedPicture,
): Promise<PlacedTarget> {
  const { model, classNames, defaults } = detector;
  if (typeof target === 'object' && 'detection' in target) {
    const { label, row, box } = target.detection;
    expectWhole('explain', 'row', row, 0, defaults.length / 4 - 1);
    expectWhole('explain', 'label', label, 0, classNames.length - 1);
    return placedDetection(detector, { label, row }, box, frame);
  }
  const label = wantedLabel(model, target, '{ detection } that detect gave');
  const outputs = await model.predictAll(x.reshape([1, ...x.shape]));
  const found = detector.decode(outputs).find((one) => label === undefined || one.label === label);
  if (found) return placedDetection(detector, found, clipBox(unplaceBox(found.box, frame), size), frame);
  throw new StriateError({
    where: 'explain',
    rule: `finds ${label === undefined ? 'nothing' : `no '${classNames[label]}'`} in this picture`,
    advice: 'give a detection of lower score: detect(picture, { scoreThreshold: 0 })',
    code: 'notFound',
  });
}

/** The score of a class at one of the network's rows, in the map that it was read from. */
function placedDetection(
  { model, classNames, places }: Detector,
  { label, row }: Pick<NamedDetection, 'label' | 'row'>,
  own: Box,
  frame: PlacedFrame,
): PlacedTarget {
  const placed = placeBox(own, frame);
  const [left, top, right, bottom] = placed;
  let level = 0;
  let first = 0;
  while (row >= first + places[level]) first += places[level++];
  const value = mapsOf(model.outputs[0])[level];
  const weights = new Float32Array(sizeOf(value.shape));
  weights[(row - first) * classNames.length + label] = 1;
  const name = `${classNames[label]} at [${own.map((edge) => Math.round(edge)).join(', ')}]`;
  // A box thinner than a pixel still covers the one that its middle lies in.
  const [x, y] = [Math.floor((left + right) / 2), Math.floor((top + bottom) / 2)];
  const inside = {
    left: Math.min(left, x),
    top: Math.min(top, y),
    right: Math.max(right, x + 1),
    bottom: Math.max(bottom, y + 1),
  };
  return { target: { kind: 'unit', name, value, weights }, inside, box: placed };
}

async function regionTarget(
  segmenter: Segmenter,
  target: Target | TaskTarget | undefined,
  { x, frame }: Pick<PreparedPicture, 'x' | 'frame'>,
): Promise<PlacedTarget> {
  const { model, classNames } = segmenter;
  const [value] = model.outputs;
  const [height, width, classes] = value.shape;
  const isRegion = typeof target === 'object' && 'class' in target && !('minus' in target);
  const asked = isRegion ? target : undefined;
  let label = wantedLabel(model, asked?.class ?? target, '{ class, region: a mask or a box }');
  let inside: Uint8Array;
  if (asked?.region !== undefined) inside = pixelsOf(asked.region, frame, height, width);
  else {
    const { data } = await model.predict(x.reshape([1, ...x.shape]));
    const labels = labelsOf(data, classes);
    label ??= mostFrequent(labels, classes);
    inside = Uint8Array.from(labels, (own) => (own === label ? 1 : 0));
  }
  const count = inside.reduce((sum, own) => sum + own, 0);
  if (count === 0 || label === undefined) {
    throw new StriateError({
      where: 'explain',
      rule: asked?.region
        ? 'a region must hold a pixel of the picture'
        : `finds ${label === undefined ? 'nothing' : `no '${classNames[label]}'`} in this picture`,
      advice: "say which part it is about: { class: 'cat', region: [x1, y1, x2, y2] }",
      ...(!asked?.region && { code: 'notFound' }),
    });
  }
  const weights = new Float32Array(sizeOf(value.shape));
  inside.forEach((own, i) => {
    if (own) weights[i * classes + label] = 1 / count;
  });
  const name = `${classNames[label]} on ${count} pixels`;
  return {
    target: { kind: 'unit', name, value, weights },
    inside: new Tensor('float32', [height, width], Float32Array.from(inside)),
  };
}

/** The class that a target names; undefined where it names none. */
function wantedLabel(model: TaskModel['model'], target: unknown, form: string): number | undefined {
  return target === undefined ? undefined : namedPlace(model.name, 'class', target, model.classNames ?? [], form);
}

/** The place of a class or point that is given by its name or number. */
function namedPlace(
  model: string,
  kind: 'class' | 'point',
  target: unknown,
  names: readonly string[],
  form: string,
): number {
  if (typeof target === 'string' || typeof target === 'number') {
    const place = typeof target === 'number' ? target : names.indexOf(target);
    if (names[place] !== undefined) return place;
    throw new StriateError({
      where: 'explain',
      rule: `the model '${model}' has no ${kind} ${shown(target)}`,
      advice: nameAdvice(target, names),
    });
  }
  throw new StriateError({
    where: 'explain',
    rule: `target must be a ${kind}'s name or number, or ${form}`,
    received: shown(target),
  });
}

/** The pixels of the network's input whose centres lie in a part of the picture. */
function pixelsOf(region: RunLengthMask | Box, frame: PlacedFrame, height: number, width: number): Uint8Array {
  const pixels = new Uint8Array(height * width);
  const mask =
    region instanceof RunLengthMask
      ? { height: region.height, width: region.width, data: region.toArray() }
      : undefined;
  for (let y = 0; y < height; y++) {
    const down = (y + 0.5 - frame.top) / frame.scaleY;
    for (let x = 0; x < width; x++) {
      const across = (x + 0.5 - frame.left) / frame.scaleX;
      pixels[y * width + x] = mask ? inMask(mask, across, down) : inBox(region as Box, across, down);
    }
  }
  return pixels;
}

const inBox = ([x1, y1, x2, y2]: Box, x: number, y: number): number => (x >= x1 && x < x2 && y >= y1 && y < y2 ? 1 : 0);

function inMask(
  { height, width, data }: { height: number; width: number; data: Uint8Array },
  x: number,
  y: number,
): number {
  return x >= 0 && y >= 0 && x < width && y < height ? data[Math.floor(y) * width + Math.floor(x)] : 0;
}

/** The best class of each pixel. */
function labelsOf(scores: Float32Array, classes: number): Uint16Array {
  return Uint16Array.from({ length: scores.length / classes }, (_, i) =>
    argMaxOf(scores.subarray(i * classes, (i + 1) * classes)),
  );
}

/** The class of most pixels but the background; undefined where there is none. */
function mostFrequent(labels: Uint16Array, classes: number): number | undefined {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label]++;
  counts[0] = 0;
  const most = argMaxOf(counts);
  return counts[most] > 0 ? most : undefined;
}
