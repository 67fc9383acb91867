import type { Tensor } from '../tensor/index.js';
import { ownWeights, pytorchNamings, type StoredWeight } from './pytorchWeights.js';
import type { Topology } from '../topology/topology.js';
import type { WeightFormat } from './weightReport.js';

/** A model's weights and a source's tensors; what belongs together has the same name. */
export interface Correspondence {
  readonly format: WeightFormat;
  readonly weights: readonly StoredWeight[];
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Finds out what a source calls a model's weights: Striate's names, PyTorch's paths that the layers are called by, or one of
 * their other names, each with and without a wrapper's prefix. The one of which most is found is taken, the first of several.
 *
 * @param format - where it is known
 */
export function correspondence(
  topology: Topology,
  tensors: ReadonlyMap<string, Tensor>,
  format?: WeightFormat,
): Correspondence {
  const own: Correspondence = { format: 'striate', weights: ownWeights(topology), tensors };
  if (format === 'striate') return own;
  const bare = withoutWrapper(tensors);
  const pytorch = pytorchNamings(topology).flatMap((weights): Correspondence[] => [
    { format: 'pytorch', weights, tensors },
    ...(bare ? [{ format: 'pytorch', weights, tensors: bare } as const] : []),
  ]);
  const best = pytorch.reduce((a, b) => (found(b) > found(a) ? b : a));
  if (format === 'pytorch' || found(own) < found(best)) return best;
  // Where nothing is found, the names tell at least whose they are.
  const areOurs = found(own) > found(best) || [...tensors.keys()].some((name) => name.includes('/'));
  return areOurs ? own : best;
}

function found({ weights, tensors }: Correspondence): number {
  return weights.filter(({ name }) => tensors.has(name)).length;
}

/** The tensors without what PyTorch's wrappers (DataParallel, compile, Lightning) put before all of their names. */
function withoutWrapper(tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> | undefined {
  const [first = ''] = tensors.keys();
  const prefix = first.slice(0, first.indexOf('.') + 1);
  if (prefix === '' || ![...tensors.keys()].every((name) => name.startsWith(prefix))) return undefined;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
