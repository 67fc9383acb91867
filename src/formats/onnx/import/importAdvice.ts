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

/** How many letters must be changed, put in or taken out to make one word of another. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The names most like another one, at most three. */
export function nearestNames(name: string, known: readonly string[]): string[] {
  const asked = name.toLowerCase();
  return known
    .map((one) => ({ one, distance: editDistance(asked, one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.max(2, Math.min(asked.length, one.length) / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ one }) => one);
}
