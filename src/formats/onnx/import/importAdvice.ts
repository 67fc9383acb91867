import type { StriateError } from '../../../tensor/index.js';
import type { OnnxNode } from './onnxNode.js';

/** How the number of examples is left open, with both of PyTorch's exporters. */
const freeBatch =
  "with a free batch size: torch.onnx.export(…, dynamic_axes={'x': {0: 'batch'}}), or with dynamo=True dynamic_shapes=({0: torch.export.Dim('batch')},)";

/** What to do where a graph puts the examples of a batch together, by how many examples the file takes. */
export function batchAdvice(node: OnnxNode): string | undefined {
  const { fixedBatch, batchAxis } = node;
  if (!batchAxis || fixedBatch === 1) return undefined;
  if (fixedBatch !== undefined) return `export one example instead of ${fixedBatch}, or ${freeBatch}`;
  return 'export with one example of fixed size (without dynamic_axes or dynamic_shapes): any number can be predicted all the same';
}

/** How a graph is cut in front of a node: what its inputs, as far as they are computed, are called. */
export function cutAdvice(node: OnnxNode): string {
  const names = node.computedInputs().map((name) => `'${name}'`);
  if (names.length > 0) return `give { outputs: [${names.join(', ')}] }: what comes before it`;
  return `give { inputs: ['${node.outputName}'] }: what comes behind it`;
}

/** So many values are named at most. */
const mostNamed = 8;

/** How a detector is cut behind its network, in front of what it does with its numbers. */
export function rawAdvice(node: OnnxNode): string {
  const names = node.rawOutputs();
  if (names.length === 0 || names.length > mostNamed) return cutAdvice(node);
  return `give { outputs: [${names.map((name) => `'${name}'`).join(', ')}] }: what its network gives`;
}

/** The refusal of a convolution whose filters no initializer holds, as each picture gets its own. */
export const computedFilters = (node: OnnxNode, by: string): StriateError =>
  node.refusal('its filters must be weights of the file, or computed from such', {
    received: `filters that ${by} computes from the model's input, others for each picture`,
    advice: `no layer convolves so; ${cutAdvice(node)}`,
  });
