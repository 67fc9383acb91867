import { layers } from '../../../../layers/index.js';
import type { OnnxNode } from '../onnxNode.js';
import type { SymbolicValue } from '../values.js';
import type { Importers } from './importer.js';

/** A dropout layer, which works when the model is trained on. */
function dropout(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const training = node.has(2) ? node.constant(2, 'training_mode').data[0] : 0;
  node.expect(
    !training,
    'training_mode must be false; received true; export the model for inference (model.eval() in PyTorch)',
  );
  const rate = node.hasAttribute('ratio') ? node.float('ratio', 0.5) : (node.numbers(1, 'the ratio')?.[0] ?? 0.5);
  node.expect(rate >= 0 && rate < 1, `the ratio must be from 0 to below 1; received ${rate}`);
  return rate === 0 ? x : node.like(x, layers.dropout({ rate, ...node.layerName() }));
}

/** Dropout. */
export const dropouts: Importers = { Dropout: dropout };
