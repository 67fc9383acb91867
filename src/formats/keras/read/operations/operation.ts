import { layers, type Layer, type SymbolicTensor } from '../../../../layers/index.js';
import { snakeCase } from '../../../../topology/topology.js';
import { isJson } from '../../json.js';
import { TensorArgument, type KerasCall } from '../callArguments.js';
import type { LayerOptionsReader } from '../layerOptions.js';

/** A constant among an operator's arguments: a number, or numbers that stretch to a value's shape. */
export type Constant = number | readonly number[];

/** What an operator makes of a value; undefined where it cannot in this form. */
export type Composed = SymbolicTensor | readonly SymbolicTensor[] | undefined;

/** One application of an operator, with its arguments under the names that Keras 3 and TensorFlow give them. */
export class Operation {
  readonly layers: Layer[] = [];

  constructor(
    readonly options: LayerOptionsReader,
    readonly inputs: readonly SymbolicTensor[],
    private readonly call: KerasCall,
  ) {}

  /** The first of the inputs. */
  get x(): SymbolicTensor {
    return this.inputs[0];
  }

  /** The number of axes of a value, the batch's included. */
  rank(x = this.x): number {
    return x.shape.length + 1;
  }

  /** An argument as it stands, by any of its names, or by its place among those without a name; null is no argument. */
  argument(names: string, place: number): unknown {
    const { config } = this.options.layer;
    const known = names.split(' ').find((name) => (this.call.kwargs[name] ?? config[name] ?? null) !== null);
    const value = known === undefined ? this.call.args[place] : (this.call.kwargs[known] ?? config[known]);
    return value ?? undefined;
  }

  /** One of an arithmetic operator's two sides: a value or a constant. */
  side(names: string, place: number): SymbolicTensor | Constant | undefined {
    const value = this.argument(names, place);
    return value instanceof TensorArgument ? this.inputs[value.input] : constantOf(value);
  }

  number(names: string, place: number, fallback: number): number {
    const value = this.argument(names, place) ?? fallback;
    if (typeof value === 'number') return value;
    throw this.refuse(`${names.split(' ')[0]} ${JSON.stringify(value)} is no number`);
  }

  /** A word in lower case. */
  text(names: string, place: number, fallback: string): string {
    const value = this.argument(names, place) ?? fallback;
    if (typeof value === 'string') return value.toLowerCase();
    throw this.refuse(`${names.split(' ')[0]} ${JSON.stringify(value)} is no text`);
  }

  flag(names: string, place: number, fallback: boolean): boolean {
    return Boolean(this.argument(names, place) ?? fallback);
  }

  /** A list of whole numbers; a single one as a list of one; undefined where it is left out. */
  wholes(names: string, place: number): readonly number[] | undefined {
    const value = this.argument(names, place);
    if (value === undefined) return undefined;
    const list = [constantOf(value) ?? [NaN]].flat();
    if (list.every((n) => Number.isInteger(n))) return list;
    throw this.refuse(`${names.split(' ')[0]} ${JSON.stringify(value)} must be whole numbers`);
  }

  /**
   * Axes counted from the front, the batch's being 0.
   *
   * @throws StriateError when the batch's is among them, or there is none like that.
   */
  axes(list: readonly number[], rank = this.rank()): readonly number[] {
    const axes = list.map((axis) => (axis < 0 ? axis + rank : axis));
    if (axes.every((axis) => axis > 0 && axis < rank)) return axes;
    throw this.refuse(
      `over axis ${list.join(', ')}: pictures of a batch are computed one by one, and have ${rank - 1} axes`,
    );
  }

  /** Applies a layer that has no name yet. */
  put(layer: Layer, ...inputs: readonly SymbolicTensor[]): SymbolicTensor {
    this.layers.push(layer);
    return layer.apply(...inputs);
  }

  /** scale · x + offset. */
  scaled(x: SymbolicTensor, scale: Constant, offset: Constant = 0): SymbolicTensor {
    return this.put(layers.rescaling({ scale, offset }), x);
  }

  /** 1 where x ≥ limit, elsewhere 0. */
  step(x: SymbolicTensor, limit: number): SymbolicTensor {
    const steep = this.scaled(limit === 0 ? x : this.scaled(x, 1, -limit), 1e30, 1);
    return this.put(layers.clip({ minValue: 0, maxValue: 1 }), steep);
  }

  refuse(reason: string): Error {
    return this.options.refuse(reason);
  }

  /** Names the layers after the operator: the last as the operator itself, as the model's outputs are called after layers. */
  finish(name: string): void {
    const last = this.layers.length - 1;
    this.layers.forEach((layer, i) =>
      layer.assignName(i === last ? name : `${name}.${snakeCase(layer.className)}${i ? `_${i}` : ''}`),
    );
  }
}

/** A constant of a file, whichever way it was written; lists of lists where all but the last axis are of one. */
function constantOf(value: unknown): Constant | undefined {
  if (typeof value === 'number') return value;
  if (isJson(value)) {
    const { class_name: kind, config } = value;
    return (kind === '__numpy__' || kind === '__tensor__') && isJson(config) ? constantOf(config.value) : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const list = value as readonly unknown[];
  if (list.length === 1 && Array.isArray(list[0])) return constantOf(list[0]);
  return list.every((n): n is number => typeof n === 'number') ? list : undefined;
}
