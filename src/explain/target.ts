import { matchClassNames } from '../data/matchClassNames.js';
import type { Node } from '../graph/index.js';
import type { SymbolicTensor } from '../layers/layer.js';
import { classNamesOf, otherNamesOf } from '../classify/classNames.js';
import { classCount, type Model } from '../models/index.js';
import { expectWhole, isWhole, isWholes, shown } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import { nameAdvice, nearestNames } from '../tensor/spellings.js';

/** A class, by name or number. */
export type ClassTarget = string | number;

/** What speaks for one class rather than another: the difference of their scores. */
export interface DifferenceTarget {
  readonly class: ClassTarget;
  readonly minus: ClassTarget;
}

/** What speaks against a class: its score with the other sign. */
export interface AgainstTarget {
  readonly against: ClassTarget;
}

/** A unit of a layer, or of one of several outputs. */
export interface UnitTarget {
  /**
   * [row, column, channel] of a map, or its number in a vector; the number of a channel of a map stands for the channel's mean
   * over all positions.
   */
  readonly unit: number | readonly number[];
  /** The layer whose output it belongs to. */
  readonly layer?: string;
  /** Without a layer: which of the model's outputs it belongs to, by number or name; the first by default. */
  readonly output?: number | string;
}

/**
 * What an explanation is about. A function gets the model's outputs, [B, …] each, and gives a number for each of the B pictures:
 * `([boxes]) => operators.reduceMax(boxes, { axes: [1], keepDims: false })`.
 */
export type Target = ClassTarget | DifferenceTarget | AgainstTarget | UnitTarget | ((outputs: readonly Node[]) => Node);

/** A target in the form in which programs take it. */
export type ResolvedTarget =
  | {
      readonly kind: 'class';
      /** For people: `tiger cat`, `tiger cat − bull mastiff`. */
      readonly name: string;
      /** The class's number; undefined for a difference. */
      readonly label?: number;
      /** The names of the two classes of a difference. */
      readonly between?: readonly [string, string];
      /** How much each class counts. */
      readonly weights: Float32Array;
    }
  | {
      readonly kind: 'unit';
      readonly name: string;
      /** The value that the unit belongs to. */
      readonly value: SymbolicTensor;
      /** How much each of the value's numbers counts. */
      readonly weights: Float32Array;
    }
  | { readonly kind: 'own'; readonly name: string; readonly emit: (outputs: readonly Node[]) => Node };

/** What targets are looked up in. */
export interface TargetContext {
  readonly model: Model;
  readonly classNames: readonly string[] | undefined;
}

/** The names that targets may use. */
export async function targetContext(model: Model): Promise<TargetContext> {
  return { model, classNames: await classNamesOf(model) };
}

/**
 * What a target means for a model.
 *
 * @throws StriateError when the model has no such class, layer or unit.
 */
export async function resolveTarget(target: Target, context: TargetContext): Promise<ResolvedTarget> {
  if (typeof target === 'function') return { kind: 'own', name: target.name || 'the given function', emit: target };
  if (typeof target === 'string' || typeof target === 'number') {
    return classTarget(await classLabel(target, context), context);
  }
  if (typeof target === 'object' && target !== null && 'minus' in target) {
    const [plus, minus] = [await classLabel(target.class, context), await classLabel(target.minus, context)];
    const weights = new Float32Array(classCount(context.model));
    weights[plus] += 1;
    weights[minus] -= 1;
    const between = [className(plus, context), className(minus, context)] as const;
    return { kind: 'class', name: between.join(' − '), between, weights };
  }
  if (typeof target === 'object' && target !== null && 'against' in target) {
    const { name, weights } = classTarget(await classLabel(target.against, context), context);
    return { kind: 'class', name: `against ${name}`, weights: weights.map((weight) => -weight) };
  }
  if (typeof target === 'object' && target !== null && 'unit' in target) return unitTarget(target, context.model);
  throw new StriateError({
    where: 'explain',
    rule: "target must be a class's name or number, { class, minus }, { against }, { layer, unit }, { output, unit } or a function of the outputs",
    received: shown(target),
  });
}

/** The target of a class. */
export function classTarget(label: number, context: TargetContext): ResolvedTarget & { readonly kind: 'class' } {
  const weights = new Float32Array(classCount(context.model));
  weights[label] = 1;
  return { kind: 'class', name: className(label, context), label, weights };
}

function className(label: number, { classNames }: TargetContext): string {
  return classNames?.[label] ?? `class ${label}`;
}

/**
 * The number of a class.
 *
 * @throws StriateError that names the nearest where there is none of that name.
 */
export async function classLabel(target: ClassTarget, { model, classNames }: TargetContext): Promise<number> {
  const count = classCount(model);
  if (typeof target === 'number') return expectWhole('explain', 'target', target, 0, count - 1);
  if (classNames) {
    const [place] = matchClassNames([target], classNames, await otherNamesOf(classNames, [target])).places;
    if (place !== undefined) return place;
  }
  if (/^\d+$/.test(target) && Number(target) < count) return Number(target);
  throw new StriateError({
    where: 'explain',
    rule: `the model '${model.name}' has no class '${target}'`,
    advice: classNames
      ? nearestClasses(target, classNames)
      : `its classes have no names: give a number from 0 to ${count - 1}`,
  });
}

/** So many classes are listed where none is like the one that was asked for. */
const listed = 20;

/** The classes that may be meant by a name that is none: alike, or with it as a part; of few, all. */
function nearestClasses(name: string, known: readonly string[]): string {
  if (known.length <= listed) return nameAdvice(name, known);
  const words = name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2);
  const shared = known.filter((one) =>
    words.some((word) =>
      one
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .includes(word),
    ),
  );
  const near = [...new Set([...nearestNames(name, known), ...shared])].slice(0, 5);
  const some = `${known.slice(0, 3).join(', ')} and ${known.length - 3} others`;
  return near.length > 0
    ? `did you mean ${near.join(' or ')}?`
    : `its classes are ${some}, or numbers from 0 to ${known.length - 1}`;
}

function unitTarget({ unit, layer, output }: UnitTarget, model: Model): ResolvedTarget {
  const value = layer === undefined ? outputValue(output ?? 0, model) : layerValue(layer, model);
  const of = layer ?? model.topology.outputNames[model.outputs.indexOf(value)];
  const name = `unit ${typeof unit === 'number' ? unit : formatShape(unit)} of '${of}'`;
  return { kind: 'unit', name, value, weights: unitWeights(unit, value.shape, of) };
}

/** How much each number of a value counts for one of its units. */
export function unitWeights(unit: number | readonly number[], shape: Shape, of: string): Float32Array {
  const weights = new Float32Array(sizeOf(shape));
  const channels = shape.at(-1)!;
  if (typeof unit === 'number' && isWhole(unit, 0, channels - 1)) {
    const positions = weights.length / channels;
    for (let i = 0; i < positions; i++) weights[i * channels + unit] = 1 / positions;
    return weights;
  }
  const inside =
    Array.isArray(unit) &&
    unit.length === shape.length &&
    isWholes(unit, 0) &&
    unit.every((at, axis) => at < shape[axis]);
  if (!inside) {
    throw new StriateError({
      where: 'explain',
      rule: `'${of}' gives ${formatShape(shape)}: a unit of it is ${shape.length === 1 ? '' : '[row, column, channel] or '}a number from 0 to ${channels - 1}`,
      received: shown(unit),
    });
  }
  weights[(unit as readonly number[]).reduce((at, place, axis) => at * shape[axis] + place, 0)] = 1;
  return weights;
}

function outputValue(output: number | string, { name, topology }: Model): SymbolicTensor {
  const place = typeof output === 'number' ? output : topology.outputNames.indexOf(output);
  const value = topology.outputs[place] as SymbolicTensor | undefined;
  if (value) return value;
  throw new StriateError({
    where: 'explain',
    rule: `the model '${name}' has no output ${shown(output)}`,
    advice: `its outputs are ${topology.outputNames.map((one, i) => `${i} ('${one}')`).join(', ')}`,
  });
}

/**
 * What a layer gives; at its last call where it is called several times.
 *
 * @throws StriateError when there is no such layer, or only training calls it.
 */
export function layerValue(layer: string, model: Model): SymbolicTensor {
  const found = model.getLayer(layer);
  const call = model.topology.predictionCalls.findLast((one) => one.layer === found);
  if (call) return call.output;
  throw new StriateError({ where: 'explain', rule: `the layer '${layer}' is called in training alone` });
}
