import type { Initializer, Layer, Regularizer } from '../../../layers/index.js';
import { StriateError, type Shape } from '../../../tensor/index.js';
import { pythonCase } from '../spelling.js';

/** The dialects of Keras's configurations: Keras 2's, Keras 3's, and the part of Keras 2's that TensorFlow.js reads. */
export type KerasDialect = 'keras2' | 'keras3' | 'tfjs';

/** A value of a Keras model under construction. */
export interface WrittenValue {
  readonly layer: string;
  readonly node: number;
  /** Without the batch. */
  readonly shape: Shape;
  /** Whether no number is below 0, so that padding with zeros cannot win a maximum. */
  readonly nonNegative: boolean;
}

/** A weight of a layer under its Keras name. */
export interface WrittenWeight {
  readonly kind: string;
  readonly shape: Shape;
  readonly read: () => Promise<Float32Array>;
}

/** What makes an operator of a layer: the module that it stands in, and what follows its values in a call. */
export interface WrittenOperation {
  readonly module: string;
  readonly constants: readonly unknown[];
}

/** A Keras layer as it is to be written. */
export interface WrittenLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly calls: WrittenValue[][];
  readonly outputs: Shape[];
  readonly weights: readonly WrittenWeight[];
  /** Where it is no layer but an operator. */
  readonly operation?: WrittenOperation | undefined;
}

/** What a new layer has beside its class and name. */
export interface EmitOptions {
  readonly config?: Record<string, unknown>;
  readonly shape: Shape;
  readonly weights?: readonly WrittenWeight[];
  readonly nonNegative?: boolean;
  readonly operation?: WrittenOperation;
}

/** A name as TensorFlow takes it for a scope: letters, digits, '_', '-' and '.', of which the first two may begin it. */
export function scopeName(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').replace(/^[^A-Za-z0-9]/, 'm$&');
}

/** The name, or the name with the first number, that is not taken. */
function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 1; isTaken(free); number++) free = `${name}_${number}`;
  return free;
}

/** Collects the layers of a Keras model. */
export class KerasEmitter {
  readonly layers: WrittenLayer[] = [];
  private readonly byName = new Map<string, WrittenLayer & { readonly origin: Layer | undefined }>();
  /** What the model's own layers are called in the file; what is written beside them takes other names. */
  private readonly ownNames = new Map<Layer, string>();
  private origin: Layer | undefined;

  constructor(
    readonly dialect: KerasDialect,
    own: readonly Layer[] = [],
  ) {
    // Names that can stay do, whatever the others become.
    const taken = new Set(own.flatMap(({ name }) => (scopeName(name) === name ? [name] : [])));
    for (const layer of own) {
      const scope = scopeName(layer.name);
      const name = scope === layer.name ? scope : freeName(scope, (candidate) => taken.has(candidate));
      taken.add(name);
      this.ownNames.set(layer, name);
    }
  }

  /** Writes what a layer becomes. */
  writing<T>(layer: Layer, write: () => T): T {
    this.origin = layer;
    try {
      return write();
    } finally {
      this.origin = undefined;
    }
  }

  /** An error that names the layer that cannot be written. */
  refuse(layer: Layer, reason: string): StriateError {
    const format = { keras2: 'Keras', keras3: 'Keras', tfjs: 'TensorFlow.js' }[this.dialect];
    return new StriateError({
      where: 'export',
      rule: `layer '${layer.name}' (${layer.className}) cannot be written for ${format}: ${reason}`,
    });
  }

  /** An application of a layer; what the same layer wrote under that name with the same configuration is used again. */
  add(className: string, name: string, inputs: readonly WrittenValue[], options: EmitOptions): WrittenValue {
    const { shape, config = {}, weights = [], nonNegative = false, operation } = options;
    const { origin } = this;
    const common = { ...(className === 'InputLayer' ? {} : { trainable: true }), dtype: 'float32' };
    const settings = { ...(operation ? {} : common), ...config };
    const same = (layer: WrittenLayer & { readonly origin: Layer | undefined }): boolean =>
      layer.origin === origin &&
      layer.className === className &&
      JSON.stringify({ ...layer.config, name: '' }) === JSON.stringify({ name: '', ...settings });
    const own = name === origin?.name ? this.ownNames.get(origin) : undefined;
    const reserved = new Set(this.ownNames.values());
    const isTaken = (candidate: string): boolean => {
      const layer = this.byName.get(candidate);
      return layer ? !same(layer) : candidate !== own && reserved.has(candidate);
    };
    const unique = freeName(own ?? scopeName(name), isTaken);
    let layer = this.byName.get(unique);
    if (!layer) {
      const called = { name: unique, ...settings };
      layer = { className, name: unique, config: called, calls: [], outputs: [], weights, origin, operation };
      this.layers.push(layer);
      this.byName.set(unique, layer);
    }
    layer.calls.push([...inputs]);
    layer.outputs.push(shape);
    return { layer: unique, node: layer.calls.length - 1, shape, nonNegative };
  }

  /** An initializer's serialized form; user-defined ones become the default. */
  initializer(initializer: Pick<Initializer, 'className' | 'config'>, fallback: string): unknown {
    const known =
      /^(Zeros|Ones|Constant|Random(Normal|Uniform)|TruncatedNormal|VarianceScaling|(Glorot|He|Lecun)(Normal|Uniform)|Orthogonal)$/;
    const own = known.test(initializer.className);
    const config = own
      ? Object.entries(initializer.config()).map(([key, value]) => [
          key,
          typeof value === 'string' ? this.initializerWord(value) : value,
        ])
      : [];
    return this.object('initializers', own ? initializer.className : fallback, Object.fromEntries(config) as object);
  }

  /** A setting of an initializer; TensorFlow.js knows one normal distribution, which is cut off. */
  private initializerWord(value: string): string {
    return this.dialect === 'tfjs' && value === 'untruncatedNormal' ? 'normal' : pythonCase(value);
  }

  /** A regularizer's serialized form; null for none and for user-defined ones. */
  regularizer(regularizer: Pick<Regularizer, 'config'> | undefined): unknown {
    const { l1 = 0, l2 = 0 } = (regularizer?.config() ?? {}) as { l1?: number; l2?: number };
    return l1 || l2 ? this.object('regularizers', 'L1L2', { l1, l2 }) : null;
  }

  private object(module: string, className: string, config: object): unknown {
    const plain = { class_name: className, config };
    return this.dialect === 'keras3' ? { module: `keras.${module}`, ...plain, registered_name: null } : plain;
  }
}
