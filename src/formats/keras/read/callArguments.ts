import { isJson, type Json } from '../json.js';

/** A value of a Keras model: output `tensor` of the application `node` of a layer. */
export interface KerasRef {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

/** Where a tensor stands among the arguments of a call: the number of the input that it is. */
export class TensorArgument {
  constructor(readonly input: number) {}
}

/** What a layer is called with. */
export interface KerasCall {
  /** The tensors, in the order in which the arguments name them. */
  readonly refs: readonly KerasRef[];
  /** The arguments by place, with a `TensorArgument` for each tensor. */
  readonly args: readonly unknown[];
  /** The arguments by name, likewise. */
  readonly kwargs: Json;
}

/** Arguments within arguments, at most: a bound for damaged files. */
const deepest = 16;

/** What stands for a constant where an older file expects a layer's name. */
const constantName = '_CONSTANT_VALUE';

/** Reads what a layer is called with, in any of Keras's forms: lists of names and numbers (Keras 2), or arguments (Keras 3). */
export function callOf(node: unknown): KerasCall {
  const reader = new ArgumentReader();
  if (isJson(node) && ('args' in node || 'kwargs' in node)) {
    const args = Array.isArray(node.args) ? (node.args as unknown[]).map((value) => reader.value(value)) : [];
    const kwargs = isJson(node.kwargs) ? node.kwargs : {};
    return { refs: reader.refs, args, kwargs: reader.named(kwargs) };
  }
  const args = [reader.value(node)].flat(deepest);
  return { refs: reader.refs, args, kwargs: reader.keywords };
}

/** The values that a list of inputs or outputs refers to. */
export function refsOf(list: unknown): readonly KerasRef[] {
  const reader = new ArgumentReader();
  reader.value(list);
  return reader.refs;
}

class ArgumentReader {
  readonly refs: KerasRef[] = [];
  /** What stands behind a tensor in Keras 2's lists: `["conv", 0, 0, { "training": false }]`. */
  readonly keywords: Record<string, unknown> = {};

  value(value: unknown, depth = 0): unknown {
    if (depth > deepest) return undefined;
    if (Array.isArray(value)) return this.list(value as readonly unknown[], depth);
    if (!isJson(value)) return value;
    if (value.class_name === '__keras_tensor__' && isJson(value.config))
      return this.value(value.config.keras_history, depth + 1);
    if (value.class_name === '__tuple__') return this.value(value.items ?? value.config, depth + 1);
    return this.named(value, depth);
  }

  named(values: Json, depth = 0): Json {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.value(value, depth + 1)]));
  }

  private list(list: readonly unknown[], depth: number): unknown {
    const [layer, node, tensor, keywords] = list;
    if (layer === constantName && node === -1) {
      this.keep(keywords, depth);
      return tensor;
    }
    const isReference =
      typeof layer === 'string' && Number.isInteger(node) && Number.isInteger(tensor) && list.length <= 4;
    if (!isReference) return list.map((item) => this.value(item, depth + 1));
    this.refs.push({ layer, node: node as number, tensor: tensor as number });
    const place = new TensorArgument(this.refs.length - 1);
    this.keep(keywords, depth);
    return place;
  }

  private keep(keywords: unknown, depth: number): void {
    if (isJson(keywords)) Object.assign(this.keywords, this.named(keywords, depth + 1));
  }
}
