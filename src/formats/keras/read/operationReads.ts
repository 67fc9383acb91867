import { layers, type SymbolicTensor } from '../../../layers/index.js';
import { isJson, parseJson } from '../json.js';
import { callOf, TensorArgument, type KerasCall } from './callArguments.js';
import type { KerasLayer } from './kerasGraph.js';
import { activationOperations } from './operations/activationOperations.js';
import { arithmeticOperations } from './operations/arithmeticOperations.js';
import { comparisonOperations } from './operations/comparisonOperations.js';
import { Operation, type Composed } from './operations/operation.js';
import { operationNames } from './operations/operationNames.js';
import { productOperations } from './operations/productOperations.js';
import { shapingOperations } from './operations/shapingOperations.js';
import type { ReadRule } from './readRule.js';

/** How each operator is read, by Keras 3's class. */
const operations: Readonly<Record<string, (op: Operation) => Composed>> = {
  ...arithmeticOperations,
  ...activationOperations,
  ...comparisonOperations,
  ...productOperations,
  ...shapingOperations,
};

/** Whether operators of this class are read: `Add`, `GetItem`. */
export function hasOperation(name: string): boolean {
  return Object.hasOwn(operations, operationNames.get(name) ?? name);
}

/** The class of an activation that is composed of layers, by Keras's name for it: `hard_shrink` → `HardShrink`. */
export function composedActivation(name: string): string | undefined {
  const className = name.replace(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  return Object.hasOwn(activationOperations, className) ? className : undefined;
}

/** Classes in which TensorFlow's functions stand among layers. */
const tensorflowClasses = ['TFOpLambda', 'SlicingOpLambda', 'TensorFlowOpLayer'];

/**
 * Whether a layer of a file is an operator: of Keras 3 (`x + 1` in Python is a class Add of its own), whose `.h5` files name no
 * module, but no setting of a layer's either; or of TensorFlow.
 */
export function isOperation({ className, module, config }: KerasLayer): boolean {
  if (/^keras\.(src\.)?(ops|activations)\b/.test(module) || tensorflowClasses.includes(className)) return true;
  const isLayer = 'trainable' in config || 'target_shape' in config || className === 'InputLayer';
  return module === '' && !isLayer && Object.keys(config).length > 0 && hasOperation(className);
}

/** An operator's name in its file, and what it is called with. */
function applied(
  layer: KerasLayer,
  call: KerasCall,
  file: string,
): { readonly name: string; readonly call: KerasCall } {
  const { className, config } = layer;
  if (className === 'SlicingOpLambda') return { name: '__operators__.getitem', call };
  if (className === 'TFOpLambda') return { name: String(config.function), call };
  if (className !== 'TensorFlowOpLayer') return { name: className, call };
  // TensorFlow 2.0 to 2.3: a node of its graph, with the places of constants among its inputs.
  const stated =
    typeof config.node_def === 'string' ? parseJson(config.node_def, 'an operator', file) : config.node_def;
  const node = isJson(stated) ? stated : {};
  const constants = isJson(config.constants) ? config.constants : {};
  const args: unknown[] = [];
  let input = 0;
  const count = call.refs.length + Object.keys(constants).length;
  for (let place = 0; place < count; place++) {
    args.push(String(place) in constants ? constants[String(place)] : new TensorArgument(input++));
  }
  const attributes = isJson(node.attr) ? node.attr : {};
  const keep = attributes.keep_dims;
  const kwargs = isJson(keep) ? { keepdims: keep.b === true } : {};
  return { name: String(node.op), call: { refs: call.refs, args, kwargs } };
}

/** Operators instead of layers: Keras 3's and TensorFlow's. */
export const operationReads: ReadRule = {
  isOperation: true,
  read(options, name, inputs, given) {
    const { className, config } = options.layer;
    const { name: stated, call } = applied(options.layer, given, options.context.file);
    const isTensorflow = tensorflowClasses.includes(className);
    const known = operationNames.get(stated) ?? stated;
    // What is called without arguments, as an activation is, has its input alone.
    const complete =
      call.args.length || Object.keys(call.kwargs).length ? call : { ...call, args: callOf(['x', 0, 0]).args };
    // TensorFlow's layers have settings of layers' own, which are no arguments.
    const own = isTensorflow ? { ...options.layer, config: {} } : { ...options.layer, config };
    const compute = (op: Operation): SymbolicTensor | readonly SymbolicTensor[] => {
      const value = Object.hasOwn(operations, known) ? operations[known](op) : undefined;
      if (value !== undefined)
        return op.layers.length ? value : op.put(layers.activation({ activation: 'linear' }), [value].flat()[0]);
      const called = isTensorflow ? `TensorFlow's operator tf.${stated}` : `Keras's operator keras.ops.${stated}`;
      const form = Object.hasOwn(operations, known) ? 'is not known here in this form' : 'is not known here';
      throw options.refuse(`${called} ${form}; replace it by Keras layers in Python and save the model again`);
    };
    const op = new Operation(options.of(own), inputs, complete);
    const output = compute(op);
    op.finish(name);
    return {
      layers: op.layers,
      // A layer that is shared has its activation computed anew, by layers that get names of their own.
      apply: (values) =>
        values.every((value, i) => value === inputs[i])
          ? output
          : compute(new Operation(options.of(own), values, complete)),
    };
  },
};
