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

/** A Keras layer as it is to be written. */
export interface WrittenLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly calls: WrittenValue[][];
  readonly outputs: Shape[];
  readonly weights: readonly WrittenWeight[];
}

/** What a new layer has beside its class and name. */
export interface EmitOptions {
  readonly config?: Record<string, unknown>;
  readonly shape: Shape;
  readonly weights?: readonly WrittenWeight[];
  readonly nonNegative?: boolean;
}

/** Collects the layers of a Keras model. */
export class KerasEmitter {
  readonly layers: WrittenLayer[] = [];
  private readonly byName = new Map<string, WrittenLayer>();

  constructor(readonly dialect: KerasDialect) {}

  /** An error that names the layer that cannot be written. */
  refuse(layer: Layer, reason: string): StriateError {
    const format = { keras2: 'Keras', keras3: 'Keras', tfjs: 'TensorFlow.js' }[this.dialect];
    return new StriateError({
      where: 'export',
      rule: `layer '${layer.name}' (${layer.className}) cannot be written for ${format}: ${reason}`,
    });
  }

  /** An application of a layer; a layer of that name with the same configuration is used again. */
  add(className: string, name: string, inputs: readonly WrittenValue[], options: EmitOptions): WrittenValue {
    const { shape, config = {}, weights = [], nonNegative = false } = options;
    // Keras 3 takes a slash for a path.
    let unique = this.dialect === 'keras3' ? name.replaceAll('/', '_') : name;
    const wanted = unique;
    const same = (layer: WrittenLayer): boolean =>
      layer.className === className &&
      JSON.stringify({ ...layer.config, name: '' }) === JSON.stringify({ ...settings, name: '' });
    const settings = {
      name: unique,
      ...(className === 'InputLayer' ? {} : { trainable: true }),
      dtype: 'float32',
      ...config,
    };
    for (let number = 1; this.byName.has(unique) && !same(this.byName.get(unique)!); number++)
      unique = `${wanted}_${number}`;
    let layer = this.byName.get(unique);
    if (!layer) {
      layer = { className, name: unique, config: { ...settings, name: unique }, calls: [], outputs: [], weights };
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
          typeof value === 'string' ? pythonCase(value) : value,
        ])
      : [];
    return this.object('initializers', own ? initializer.className : fallback, Object.fromEntries(config) as object);
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
