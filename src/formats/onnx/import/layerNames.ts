import { UniqueNames } from '../../../topology/uniqueNames.js';
import type { NodeProto } from '../proto.js';

/** What PyTorch calls the weights of its modules. */
const weightNames =
  /^(.+)\.(weight|bias|running_mean|running_var|kernel|gamma|beta|moving_mean|moving_variance|layer_scale)$/;

/** What TensorFlow puts behind a layer's name: the operators within it. */
const tensorflowOperators =
  /^(Conv2D|BiasAdd|MatMul|FusedBatchNorm(V\d)?|depthwise(_conv2d)?|separable_conv2d|Relu6?|Softmax|Mean|MaxPool|AvgPool|add|mul|concat|Reshape|Pad|Sigmoid|Tanh)(_?\d+)?$/;

/** Names for the layers of an imported model, after what the exporter called nodes and weights; none twice. */
export class LayerNames {
  private readonly taken = new UniqueNames();

  /**
   * A name for a layer that a node becomes: of the first module that the weights belong to and that no layer is called by
   * yet, otherwise the node's.
   */
  take(node: NodeProto, weights: readonly string[], suffix: string): string | undefined {
    const modules = weights.flatMap((name) => weightNames.exec(name)?.[1] ?? []).map(plain);
    const ofModule = modules.find((name) => !this.taken.has(name));
    const base = suffix ? undefined : ofModule;
    const name = base ?? (nodeName(node, weights.length > 0) || modules[0]);
    return name ? this.taken.take(suffix ? `${name}.${suffix}` : name) : undefined;
  }
}

/** Slashes separate a layer's name from its weights', so that names have none. */
const plain = (name: string): string =>
  name
    .replace(/^\/+|\/+$/g, '')
    .replace(/:\d+$/, '')
    .replace(/[/:\s]+/g, '.');

function nodeName({ name = '', opType = '' }: NodeProto, hasWeights: boolean): string {
  if (!name) return '';
  if (name.startsWith('/')) return modulePath(name, opType, hasWeights);
  if (!name.includes('/')) return plain(name);
  const parts = name.split('/').filter(Boolean);
  // TensorFlow's: StatefulPartitionedCall/model/layer/operator.
  while (
    parts.length > 1 &&
    /^(StatefulPartitionedCall|PartitionedCall|model|functional|sequential)(_?\d+)*$/.test(parts[0])
  )
    parts.shift();
  while (parts.length > 1 && tensorflowOperators.test(parts[parts.length - 1])) parts.pop();
  return plain(parts.join('.'));
}

/**
 * The path of the module that a node of PyTorch's exporter lies in: /layer1/layer1.0/conv1/Conv is layer1.0.conv1, where a
 * step that begins like the one before it goes deeper into a list.
 */
function modulePath(name: string, opType: string, hasWeights: boolean): string {
  const steps = name.split('/').filter(Boolean);
  const operator = steps.pop() ?? '';
  let path: readonly string[] = [];
  for (const step of steps) {
    const last = path.at(-1);
    path = last !== undefined && step.startsWith(`${last}.`) ? [...path.slice(0, -1), step] : [...path, step];
  }
  const module = path.join('.');
  const kind = operator.replace(/_\d+$/, '').toLowerCase();
  const named = (path.at(-1) ?? '')
    .toLowerCase()
    .replace(/[\d_]+$/, '')
    .endsWith(kind);
  return plain(module && (hasWeights || named) ? module : [...path, (operator || opType).toLowerCase()].join('.'));
}
