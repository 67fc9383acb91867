import { type RgbaPicture } from 'striate';
import {
  energyInside,
  evidenceLines,
  explain,
  filterPatterns,
  mostActivating,
  receptiveFieldOf,
  seenPicture,
  type RegionBox,
  type CanvasPicture,
  type EnergyInside,
} from 'striate/explain';
import type { TaskContext } from '../../engine/protocol.js';
import type { HeatMap } from '../../parts/PictureCanvas.js';
import type { PictureArea } from './receptiveField.js';
import { lookInto } from './session.js';
import type { Subject } from './subject.js';
import type { UnitPlace } from './units.js';

/** What filters of a layer look for: pictures that raise them most. */
export async function patterns(
  { subject, layer, filters }: { subject: Subject; layer: string; filters: readonly number[] },
  { engine, signal, ...context }: TaskContext,
): Promise<{ readonly unit: number; readonly picture: CanvasPicture }[]> {
  const { opened } = await lookInto(subject, engine);
  const found = await filterPatterns(opened, layer, {
    filters,
    steps: 64,
    signal,
    onProgress: (done, total) => context.progress({ done, total, what: layer }),
  });
  return found.map((pattern) => ({ unit: pattern.unit, picture: seenPicture(pattern) }));
}

/** A heat map, and what it is about. */
export interface Heat extends HeatMap {
  readonly method: string;
  readonly target: string;
  readonly layer: string | undefined;
  readonly notes: readonly string[];
  /** How much of it lies where the picture's objects are known to be. */
  readonly inside: EnergyInside | undefined;
  /** How far it may be trusted, a figure a line; none where that was not asked for. */
  readonly evidence: readonly string[];
  /** Where the objects are, in pixels of what the model takes. */
  readonly boxes: readonly PictureArea[];
}

/** What a heat map is asked for. */
export interface HeatInput {
  readonly subject: Subject;
  readonly method: string;
  /** A class's name; empty for the likeliest. */
  readonly target: string;
  readonly evidence: boolean;
}

/** Steps of the curves that say how far a map may be trusted. */
const evidenceSteps = 20;

export async function heat({ subject, method, target, evidence }: HeatInput, context: TaskContext): Promise<Heat> {
  const { opened } = await lookInto(subject, context.engine);
  const found = await explain(opened, subject.picture.source, {
    method: method as 'grad-cam',
    ...(target !== '' && { target }),
    ...(evidence && { evidence: { steps: evidenceSteps } }),
    signal: context.signal,
    onProgress: (done, total) => context.progress({ done, total, what: method }),
  });
  const map = found.heat();
  const [height, width] = map.shape;
  // Where a picture was cropped, its boxes lie elsewhere.
  const boxes = opened.preparation?.preprocessing.fit === 'stretch' ? subject.picture.boxes : [];
  return {
    method,
    target: found.target,
    layer: found.layer,
    signed: found.signed,
    height,
    width,
    data: map.data,
    notes: found.notes,
    inside: boxes.length > 0 ? energyInside(map, boxes) : undefined,
    evidence: found.evidence ? evidenceLines(found.evidence) : [],
    boxes: boxes.map((box) => areaOf(box, height, width)),
  };
}

function areaOf({ left, right, top, bottom, of }: RegionBox, height: number, width: number): PictureArea {
  const [down, across] = [height / (of?.height ?? height), width / (of?.width ?? width)];
  return { left: left * across, top: top * down, width: (right - left) * across, height: (bottom - top) * down };
}

/** One of the pictures that raise a map most. */
export interface RaisingPicture {
  /** Its place among those that were looked through. */
  readonly index: number;
  /** The map's largest number in it, and where that is. */
  readonly activation: number;
  readonly at: readonly [row: number, column: number];
  /** The picture as the model saw it, what of it the number sees, and that part by itself. */
  readonly picture: CanvasPicture;
  readonly area: PictureArea;
  readonly crop: CanvasPicture;
}

/** What is looked through for the pictures that raise a map most. */
export interface RaisingInput {
  readonly subject: Subject;
  readonly layer: string;
  readonly filter: number;
  readonly pictures: readonly (Blob | RgbaPicture)[];
}

/** The pictures of a set that raise a map most, each with the part that its number sees. */
export async function raising(
  { subject, layer, filter, pictures }: RaisingInput,
  { engine, signal, ...context }: TaskContext,
): Promise<RaisingPicture[]> {
  const { opened } = await lookInto(subject, engine);
  const found = await mostActivating(opened, layer, filter, pictures, {
    top: 12,
    batchSize: 8,
    signal,
    onProgress: (done, total) => context.progress({ done, total, what: layer }),
  });
  return found.map(({ index, activation, position, picture, box, crop }) => ({
    index,
    activation,
    at: position,
    picture: seenPicture(picture),
    area: box,
    crop: seenPicture(crop),
  }));
}

/** What a number can see of the picture, and what it does see. */
export interface SeenField {
  /** By its windows; it may reach over the picture's edges, into the padding. */
  readonly theoretical: PictureArea;
  readonly visible: PictureArea;
  /** How much it depends on each pixel, from 0 to 1. */
  readonly effective: HeatMap;
  /** Side of a square of as many pixels as count. */
  readonly effectiveSize: number;
}

/** The receptive field of a number: by its windows, and by its gradient in this picture. */
export async function field(
  { subject, call, at }: { subject: Subject; call: number; at: UnitPlace },
  { engine, signal }: TaskContext,
): Promise<SeenField> {
  const { opened, input } = await lookInto(subject, engine);
  const { layer, output } = opened.model.topology.predictionCalls[call];
  const unit = output.shape.length === 3 ? [at.row, at.column, at.channel] : at.channel;
  const found = await receptiveFieldOf(opened, { layer: layer.name, unit, pictures: input, signal });
  const [height, width] = found.effective.shape;
  return {
    theoretical: found.theoretical,
    visible: found.visible,
    effective: { height, width, data: found.effective.data, signed: false },
    effectiveSize: found.effectiveSize,
  };
}
