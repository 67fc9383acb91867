import type { OnnxNode } from '../onnxNode.js';
import type { ImportedValue } from '../values.js';
import type { Importers } from './importer.js';

/** A condition that is known at import, as exporters leave it behind: the branch that is taken becomes part of the model. */
function branch(node: OnnxNode): readonly ImportedValue[] {
  const condition = node.value(0);
  if (condition.kind !== 'constant') {
    throw node.refusal(
      'control flow (If, Loop, Scan) that depends on the picture cannot be imported; export by tracing, ' +
        'without torch.jit.script, or take the branch out of the model',
    );
  }
  const graph = node.subgraph(condition.data[0] ? 'then_branch' : 'else_branch');
  node.expect(graph !== undefined, 'its branches are missing; the file is damaged');
  node.graph.read(graph);
  return graph.output.map(({ name = '' }) => {
    const value = node.graph.values.get(name);
    node.expect(value !== undefined, `its branch gives no '${name}'; the file is damaged`);
    return value;
  });
}

/** Conditions. */
export const branches: Importers = { If: branch };
