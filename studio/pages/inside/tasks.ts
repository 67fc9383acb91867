import { classify, type Model, type PredictedClass } from 'striate';
import {
  energyInside,
  evidenceLines,
  explain,
  filterPatterns,
  seenPicture,
  type RegionBox,
  type CanvasPicture,
  type EnergyInside,
} from 'striate/explain';
import type { TaskContext, Tasks } from '../../engine/protocol.js';
import { callsAfter, callsBefore, unitQuestion } from './modelValues.js';
import { receptiveField, type PictureArea } from './receptiveField.js';
import { lookInto, type LookedInto } from './session.js';
import type { Subject } from './subject.js';
import { unitEvidence, type UnitEvidence } from './unitEvidence.js';
import { isSum, unitFeeds, type UnitFeeds } from './unitFeeds.js';
import { extentOf, type UnitPlace, type Value } from './units.js';

/** A call of a layer, as the architecture shows it. */
export interface CallRow {
  /** The layer's name; with a number behind it where a layer is called several times. */
  readonly name: string;
  readonly className: string;
  readonly shape: readonly number[];
  /** Which calls it takes its inputs from; −1 is the picture. */
  readonly before: readonly number[];
  readonly parameters: number;
}

/** A model that was looked into with a picture. */
export interface Inside {
  readonly name: string;
  readonly calls: readonly CallRow[];
  /** The picture as the model saw it. */
  readonly seen: CanvasPicture;
  readonly inputShape: readonly number[];
  /** The five likeliest classes; empty where the model is no classifier. */
  readonly classes: readonly PredictedClass[];
  /** The names of all its classes, by their numbers. */
  readonly labels: readonly string[];
  /** What was guessed, in sentences. */
  readonly notes: readonly string[];
}

async function look(subject: Subject, { engine }: TaskContext): Promise<Inside> {
  const inside = await lookInto(subject, engine);
  const { opened, input } = inside;
  const { model, preparation, notes = [] } = opened;
  const { classes } = await classify(opened, [subject.picture.source], { top: Number.MAX_SAFE_INTEGER }).then(
    ([first]) => first,
    () => ({ classes: [] }),
  );
  return {
    name: model.name,
    calls: callRows(model),
    seen: seenPicture({ input, preprocessing: preparation?.preprocessing }),
    inputShape: model.inputShape,
    classes: classes.slice(0, 5),
    labels: classes.toSorted((a, b) => a.label - b.label).map(({ name }) => name),
    notes: [...(preparation?.note === undefined ? [] : [preparation.note]), ...notes],
  };
}

function callRows(model: Model): CallRow[] {
  const used = new Map<string, number>();
  return model.topology.predictionCalls.map(({ layer, output }, call) => {
    const times = used.get(layer.name) ?? 0;
    used.set(layer.name, times + 1);
    return {
      name: times === 0 ? layer.name : `${layer.name} (${times + 1})`,
      className: layer.className,
      shape: output.shape,
      before: callsBefore(model, call),
      parameters: times > 0 ? 0 : layer.weights.reduce((sum, { variable }) => sum + variable.size, 0),
    };
  });
}

/** Maps of a call, made smaller where they are large. */
export interface Sheet {
  /** Of one map. */
  readonly height: number;
  readonly width: number;
  /** How many maps there are here, of `channels`. */
  readonly count: number;
  readonly channels: number;
  /** The numbers of the first and the last colour. */
  readonly low: number;
  readonly high: number;
  /** Shares of that range from 0 to 255, map after map. */
  readonly data: Uint8Array;
}

async function sheet(
  { subject, call, most, side }: { subject: Subject; call: number; most: number; side: number },
  { engine }: TaskContext,
): Promise<Sheet> {
  const { shape, data } = valueOf(await lookInto(subject, engine), call);
  const [height, width, channels] = extentOf(shape);
  const [low, high] = rangeOf(data);
  const step = Math.max(1, Math.ceil(Math.max(height, width) / side));
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const count = Math.min(channels, most);
  const bytes = new Uint8Array(count * rows * columns);
  const scale = high > low ? 255 / (high - low) : 0;
  let at = 0;
  for (let map = 0; map < count; map++) {
    for (let row = 0; row < rows; row++) {
      const first = row * step * width * channels + map;
      for (let column = 0; column < columns; column++) {
        bytes[at++] = Math.min(255, Math.max(0, (data[first + column * step * channels] - low) * scale + 0.5));
      }
    }
  }
  return { height: rows, width: columns, count, channels, low, high, data: bytes };
}

/** One map of a call, whole. */
export interface WholeMap {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
  /** Of all maps of the call. */
  readonly low: number;
  readonly high: number;
}

async function map(
  { subject, call, channel }: { subject: Subject; call: number; channel: number },
  { engine }: TaskContext,
): Promise<WholeMap> {
  const { shape, data } = valueOf(await lookInto(subject, engine), call);
  const [height, width, channels] = extentOf(shape);
  const [low, high] = rangeOf(data);
  const own = Float32Array.from({ length: height * width }, (_, i) => data[i * channels + channel]);
  return { height, width, data: own, low, high };
}

/** Where a unit's number comes from, and which calls its terms' inputs are. */
export interface UnitAnswer extends UnitEvidence {
  readonly before: readonly number[];
  /** What it can see of the picture. */
  readonly field: PictureArea | undefined;
  /** Where it goes from here: into which units of the layers that take it. */
  readonly feeds: readonly (UnitFeeds & { readonly call: number })[];
}

async function unit(
  { subject, call, at }: { subject: Subject; call: number; at: UnitPlace },
  { engine }: TaskContext,
): Promise<UnitAnswer> {
  const inside = await lookInto(subject, engine);
  const { model } = inside.opened;
  const question = unitQuestion(model, inside.values, await inside.weights(), call);
  const before = callsBefore(model, call);
  const feeds = feedsOf(inside, await inside.weights(), call, at);
  return { ...unitEvidence(question, at), before, field: receptiveField(model, call, at), feeds };
}

function feedsOf(
  { opened: { model }, values }: LookedInto,
  weights: ReadonlyMap<string, Value>,
  call: number,
  at: UnitPlace,
): UnitAnswer['feeds'] {
  return callsAfter(model, call).map((after) => ({
    call: after.call,
    ...unitFeeds(unitQuestion(model, values, weights, after.call), after.input, at),
  }));
}

/** A number on the way down to the picture. */
export interface PathStep extends UnitPlace {
  /** −1 for the picture. */
  readonly call: number;
  readonly value: number;
}

/** The path that mattered, on both sides of a number. */
export interface UnitPath {
  /** From it down to a pixel of the picture, always along the term that counts most. */
  readonly down: readonly PathStep[];
  /** From it up to an answer, by the units that it counts most for of those from which there is a way on. */
  readonly up: readonly PathStep[];
}

async function path(
  { subject, call, at }: { subject: Subject; call: number; at: UnitPlace },
  { engine }: TaskContext,
): Promise<UnitPath> {
  const inside = await lookInto(subject, engine);
  const { model } = inside.opened;
  const weights = await inside.weights();
  const down: PathStep[] = [];
  for (let [here, unitThere] = [call, at]; here >= 0;) {
    const { terms } = unitEvidence(unitQuestion(model, inside.values, weights, here), unitThere);
    // A number that nothing made, as in the padding, ends the path.
    const [{ input, row, column, channel, value } = { input: -1, row: 0, column: 0, channel: 0, value: 0 }] = terms;
    if (input < 0) break;
    here = callsBefore(model, here)[input];
    unitThere = { row, column, channel };
    down.push({ call: here, ...unitThere, value });
  }
  return { down, up: wayUp(inside, weights, call, at) };
}

/** Units that are tried before a way up is given up. */
const mostTried = 60;

/**
 * The way up to an answer. A product that makes a number which a rectifier drops, or one that is not the largest of its window,
 * leads nowhere: then the next is tried. The farthest way where none reaches an answer.
 */
function wayUp(inside: LookedInto, weights: ReadonlyMap<string, Value>, call: number, at: UnitPlace): PathStep[] {
  let tried = 0;
  let farthest: readonly PathStep[] = [];
  const climb = (way: readonly PathStep[], here: number, unitThere: UnitPlace): boolean => {
    if (way.length > farthest.length) farthest = way;
    const ways = feedsOf(inside, weights, here, unitThere);
    if (ways.length === 0) return true;
    const next = ways.flatMap(({ call: to, how, units }) => {
      const alive = units.filter(({ product, value }) => value !== 0 && (!isSum(how) || product !== 0));
      // Negative numbers mostly end at the next rectifier.
      const going = [...alive.filter(({ value }) => value > 0), ...alive.filter(({ value }) => value < 0)];
      // Of several layers, those first where it is the larger part of what is made.
      return going.slice(0, 4).map((fed) => ({ to, fed, part: Math.abs(fed.product) / (Math.abs(fed.value) + 1e-9) }));
    });
    if (ways.length > 1) next.sort((a, b) => b.part - a.part);
    return next.some(({ to, fed: { row, column, channel, value } }) => {
      const step = { call: to, row, column, channel, value };
      return tried++ < mostTried && climb([...way, step], to, step);
    });
  };
  climb([], call, at);
  return [...farthest];
}

/** What filters of a layer look for: pictures that raise them most. */
async function patterns(
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
export interface Heat {
  readonly method: string;
  readonly target: string;
  readonly layer: string | undefined;
  readonly signed: boolean;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
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

async function heat({ subject, method, target, evidence }: HeatInput, context: TaskContext): Promise<Heat> {
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

function valueOf({ values }: LookedInto, call: number): Value {
  return call < 0 ? values.picture : values.calls[call];
}

const ranges = new WeakMap<Float32Array, readonly [number, number]>();

/** Numbers that are looked at for the range of colours, and the share of them that may lie beyond it. */
const sampled = 20_000;
const beyond = 0.003;

/**
 * The range of colours: from zero, or as far below zero as above where there are numbers on both sides. A few numbers that are
 * far larger than all others would leave nothing to be seen of these: they have the last colour, too.
 */
function rangeOf(data: Float32Array): readonly [number, number] {
  const before = ranges.get(data);
  if (before) return before;
  const step = Math.max(1, Math.floor(data.length / sampled));
  const sizes = Float32Array.from({ length: Math.ceil(data.length / step) }, (_, i) => Math.abs(data[i * step])).sort();
  const most = sizes[Math.floor((sizes.length - 1) * (1 - beyond))] || sizes[sizes.length - 1];
  const isSigned = data.some((value) => value < 0);
  const range = [isSigned ? -most : 0, most] as const;
  ranges.set(data, range);
  return range;
}

/** What the page has computed. */
export const tasks = { look, sheet, map, unit, path, patterns, heat } satisfies Tasks;
