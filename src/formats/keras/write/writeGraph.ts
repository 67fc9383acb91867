import { NoRule, type Layer, type SymbolicTensor } from '../../../layers/index.js';
import type { Preprocessing } from '../../../pictures/index.js';
import { finiteValue } from '../../../fit/weights.js';
import type { WeightStore } from '../../../fit/weightStore.js';
import type { Topology } from '../../../topology/topology.js';
import {
  KerasEmitter,
  scopeName,
  type KerasDialect,
  type WrittenLayer,
  type WrittenValue,
  type WrittenWeight,
} from './kerasEmitter.js';
import { asApplied, kerasOrder } from './kerasOrder.js';
import type { WritableTraining } from '../training/writtenTraining.js';
import { writeLayer } from '../rows/kerasRow.js';
import { kerasRowFor } from '../rows/kerasRows.js';

/** What is written of a model. The model itself is not known here: it writes itself by this. */
export interface WritableModel extends WritableTraining {
  readonly name: string;
  readonly kind: 'Sequential' | 'Functional';
  readonly topology: Topology;
  readonly store: Pick<WeightStore, 'read'>;
  readonly preprocessing: Preprocessing | undefined;
  /** The names of the classes, which Keras reads past. */
  readonly classNames?: readonly string[] | undefined;
  /** The user's own text, which Keras reads past. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

const writers = { keras3: 'exportKeras', keras2: 'exportKeras', tfjs: 'exportTfjs' } as const satisfies Record<
  KerasDialect,
  string
>;

/** A model as Keras's layers. */
export interface WrittenGraph {
  readonly name: string;
  /** Whether they are a stack that Keras can write as a Sequential. */
  readonly isStack: boolean;
  /** In Keras's order. */
  readonly layers: readonly WrittenLayer[];
  readonly inputs: readonly WrittenValue[];
  readonly outputs: readonly WrittenValue[];
}

/**
 * Expresses a model in Keras's layers.
 *
 * @throws StriateError that names the first layer that Keras does not have.
 */
export function writeGraph(model: Omit<WritableModel, 'preprocessing'>, dialect: KerasDialect): WrittenGraph {
  const { topology } = model;
  const emit = new KerasEmitter(dialect, topology.layers);
  const weightsOf = (layer: Layer): readonly WrittenWeight[] =>
    layer.weights.map(({ name, variable }) => ({
      kind: name,
      shape: variable.shape,
      read: () => finiteValue(writers[dialect], model.store, variable),
    }));
  const values = new Map<SymbolicTensor, WrittenValue>(
    topology.inputs.map((value, i) => {
      const { shape } = value;
      const key = dialect === 'keras3' ? 'batch_shape' : 'batch_input_shape';
      const config = { [key]: [null, ...shape], sparse: false, ...(dialect !== 'keras3' && { ragged: false }) };
      return [
        value,
        { ...emit.add('InputLayer', inputName(topology.inputNames[i]), [], { config, shape }), node: 0 },
      ] as const;
    }),
  );
  // An input layer has no application of its own to write.
  for (const layer of emit.layers) layer.calls.length = 0;
  for (const { layer, inputs, output } of topology.predictionCalls) {
    const row = kerasRowFor(layer);
    if (row instanceof NoRule) throw emit.refuse(layer, row.reason);
    if (row.write instanceof NoRule) throw emit.refuse(layer, row.write.reason);
    const from = inputs.map((value) => values.get(value)!);
    values.set(
      output,
      emit.writing(layer, () => writeLayer(row, layer, emit, from, output.shape, weightsOf)),
    );
  }
  const outputs = topology.outputs.map((value) => values.get(value)!);
  const isStack =
    model.kind === 'Sequential' &&
    emit.layers.every(({ calls, operation }, i) =>
      i === 0
        ? true
        : !operation && calls.length === 1 && calls[0].length === 1 && calls[0][0].layer === emit.layers[i - 1].name,
    );
  const { layers, renumbered } = asApplied(kerasOrder(emit.layers, outputs));
  return {
    name: scopeName(model.name),
    isStack,
    layers,
    inputs: topology.inputs.map((value) => values.get(value)!),
    outputs: outputs.map(renumbered),
  };
}

const inputName = (name: string): string => name || 'input_1';

/** The configuration of Keras 2, which TensorFlow.js reads as well. */
export function keras2Config(graph: WrittenGraph): { readonly class_name: string; readonly config: object } {
  const { name, isStack, layers, inputs, outputs } = graph;
  if (isStack) {
    return {
      class_name: 'Sequential',
      config: { name, layers: layers.map(({ className, config }) => ({ class_name: className, config })) },
    };
  }
  const ref = (value: WrittenValue): unknown[] => [value.layer, value.node, 0];
  return {
    class_name: 'Functional',
    config: {
      name,
      trainable: true,
      layers: layers.map(({ className, config, calls, name: layer }) => ({
        class_name: className,
        config,
        name: layer,
        inbound_nodes: calls.map((values) => values.map((value) => [...ref(value), {}])),
      })),
      input_layers: inputs.map(ref),
      output_layers: outputs.map(ref),
    },
  };
}

const batched = (shape: readonly number[]): (number | null)[] => [null, ...shape];

/** The configuration of Keras 3. */
export function keras3Config(graph: WrittenGraph): object {
  const { name, isStack, layers, inputs, outputs } = graph;
  const layerOf = ({ className, config, calls, operation }: WrittenLayer): Record<string, unknown> => {
    if (operation) return { module: operation.module, class_name: className, config, registered_name: className };
    const shapes = calls[0]?.map(({ shape }) => batched(shape)) ?? [];
    const build = shapes.length ? { build_config: { input_shape: shapes.length === 1 ? shapes[0] : shapes } } : {};
    return { module: 'keras.layers', class_name: className, config, registered_name: null, ...build };
  };
  if (isStack) {
    return {
      module: 'keras',
      class_name: 'Sequential',
      config: {
        name,
        trainable: true,
        dtype: 'float32',
        layers: layers.map(layerOf),
        build_input_shape: batched(inputs[0].shape),
      },
      registered_name: null,
      build_config: { input_shape: batched(inputs[0].shape) },
    };
  }
  const tensor = ({ layer, node, shape }: WrittenValue): object => ({
    class_name: '__keras_tensor__',
    config: { shape: batched(shape), dtype: 'float32', keras_history: [layer, node, 0] },
  });
  // An operator takes its values one by one, a layer several of them as a list.
  const argumentsOf = ({ operation }: WrittenLayer, values: readonly WrittenValue[]): readonly unknown[] => {
    if (operation) return [...values.map(tensor), ...operation.constants];
    return values.length === 1 ? [tensor(values[0])] : [values.map(tensor)];
  };
  const ref = (value: WrittenValue): unknown[] => [value.layer, value.node, 0];
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name,
      trainable: true,
      layers: layers.map((layer) => ({
        ...layerOf(layer),
        name: layer.name,
        inbound_nodes: layer.calls.map((values) => ({ args: argumentsOf(layer, values), kwargs: {} })),
      })),
      input_layers: inputs.map(ref),
      output_layers: outputs.map(ref),
    },
    registered_name: 'Functional',
  };
}
