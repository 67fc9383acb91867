import { labelledPoints, type Annotation, type Keypoint } from '../../geometry/annotation.js';
import { boxArea, boxAround, clipBox, type Box } from '../../geometry/box.js';
import type { FrameSize } from '../../geometry/letterbox.js';
import { RunLengthMask, type CocoRunLengths } from '../../geometry/runLengthMask.js';
import { StriateError } from '../../tensor/index.js';
import type { AnnotationProblems } from './annotationProblems.js';

/** A thing as a file has it, not looked at yet. */
export interface WrittenThing {
  /** The file and the place in it, as messages name it. */
  readonly where: string;
  /** The number of its class; −1 where the file's class is not listed. */
  readonly label: number;
  /** What the file calls its class. */
  readonly className: string;
  /** Edges in pixels; of files that have no boxes, none. */
  readonly box?: readonly number[] | undefined;
  readonly polygons?: readonly (readonly number[])[] | undefined;
  readonly runs?: CocoRunLengths | undefined;
  /** A mask that is there already. */
  readonly mask?: RunLengthMask | undefined;
  /** x, y, visibility, … */
  readonly points?: readonly number[] | undefined;
  readonly crowd?: boolean | undefined;
  readonly area?: number | undefined;
  /** Whether numbers are shares of the picture's sides rather than pixels. */
  readonly relative?: boolean | undefined;
}

/** A picture as files have it. */
export interface WrittenPicture {
  /** Its file, as the annotations name it. */
  readonly file: string;
  /** What is written of its size; that of the file if nothing is. */
  readonly size?: FrameSize | undefined;
  readonly things: readonly WrittenThing[];
}

/** What one or more files of annotations hold. */
export interface WrittenAnnotations {
  readonly classNames: readonly string[];
  readonly pointNames: readonly string[];
  readonly pictures: readonly WrittenPicture[];
}

/** How far beyond the picture an edge may reach without being told of: files round. */
const slack = 1;

/** The things of a picture that are sound; what is wrong with others goes into `problems`. */
export function soundAnnotations(
  things: readonly WrittenThing[],
  size: FrameSize,
  problems: AnnotationProblems,
): readonly Annotation[] {
  return things.flatMap((thing) => soundAnnotation(thing, size, problems) ?? []);
}

function soundAnnotation(thing: WrittenThing, size: FrameSize, problems: AnnotationProblems): Annotation | undefined {
  const { where, label, className, crowd, area } = thing;
  if (label < 0) {
    problems.add('unknownClass', where, `'${className}'`);
    return undefined;
  }
  const [across, down] = thing.relative ? [size.width, size.height] : [1, 1];
  // Files may have anything; null would count as 0.
  const scaled = (numbers: readonly unknown[]): number[] =>
    numbers.map((n, i) => (typeof n === 'number' ? n : NaN) * (i % 2 === 0 ? across : down));
  const polygons = thing.polygons?.map(scaled);
  const points =
    thing.points && triples(thing.points).map(([x, y, v]): Keypoint => [...(scaled([x, y]) as [number, number]), v]);
  const written = thing.box && scaled(thing.box);
  const numbers = [...(written ?? []), ...(polygons ?? []).flat(), ...(points ?? []).flat()];
  if (
    !numbers.every((value) => typeof value === 'number' && Number.isFinite(value)) ||
    (written && written.length !== 4)
  ) {
    problems.add(
      'notFinite',
      where,
      `[${(thing.box ?? thing.polygons?.flat() ?? thing.points ?? []).map(String).join(', ')}]`,
    );
    return undefined;
  }
  let mask = thing.mask;
  try {
    if (thing.runs) mask = RunLengthMask.fromCoco(thing.runs);
    else if (polygons && polygons.length > 0) mask = RunLengthMask.fromPolygons(polygons, size.height, size.width);
  } catch (error) {
    if (!(error instanceof StriateError)) throw error;
    problems.add(polygons?.some((polygon) => polygon.length < 6) ? 'empty' : 'damaged', where, error.message);
    return undefined;
  }
  if (mask && (mask.height !== size.height || mask.width !== size.width)) {
    problems.add(
      'damaged',
      where,
      `a mask of ${mask.width} × ${mask.height} in a picture of ${size.width} × ${size.height}`,
    );
    return undefined;
  }
  const corners = polygons && triplesOf(polygons.flat(), 2);
  const box = (written ?? boxAround(corners ?? []) ?? mask?.box ?? boxAround(labelledPoints({ points }))) as
    Box | undefined;
  if (box === undefined || !(box[2] > box[0] && box[3] > box[1])) {
    problems.add('empty', where, box ? sizeText(box) : 'nothing is there');
    return undefined;
  }
  const clipped = clipBox(box, size);
  if (boxArea(clipped) === 0) {
    problems.add('outside', where, `${edgesText(box)} of ${size.width} × ${size.height}`);
    return undefined;
  }
  if (mask?.area === 0) {
    problems.add('empty', where, 'its mask has no pixel');
    return undefined;
  }
  if (clipped.some((edge, i) => Math.abs(edge - box[i]) > slack)) {
    problems.add('cut', where, `${edgesText(box)} of ${size.width} × ${size.height}`);
  }
  return {
    label,
    box: clipped,
    ...(mask && { mask }),
    ...(points && { points }),
    ...(crowd && { crowd }),
    ...(area !== undefined && Number.isFinite(area) && { area }),
  };
}

const triples = (numbers: readonly number[]): number[][] => triplesOf(numbers, 3);

function triplesOf(numbers: readonly number[], length: number): number[][] {
  return Array.from({ length: Math.floor(numbers.length / length) }, (_, i) =>
    numbers.slice(i * length, (i + 1) * length),
  );
}

const short = (value: number): string => String(Math.round(value * 100) / 100);
const edgesText = (box: Box): string => `[${box.map(short).join(', ')}]`;
const sizeText = ([x1, y1, x2, y2]: Box): string => `${short(x2 - x1)} × ${short(y2 - y1)}`;
