import { pytorchShapes, Tensor, zoo } from '../../../src/index.js';
import { formulaInput, formulaWeights } from '../formula.js';
import type { Explained, ExplanationRow } from './references.js';

/** A row's network with the formula's weights, and the formula's picture. */
export async function formulaNetwork({ name, size }: Pick<ExplanationRow, 'name' | 'size'>): Promise<Explained> {
  const model = zoo.create(name, { inputShape: [size, size, 3] });
  const weights = [...pytorchShapes(model)].map(
    ([tensor, shape]) => [tensor, new Tensor('float32', shape, formulaWeights(tensor, shape))] as const,
  );
  await model.loadWeights(new Map(weights));
  return { model, picture: new Tensor('float32', [size, size, 3], formulaInput([1, 3, size, size])) };
}
