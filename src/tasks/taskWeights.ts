import type { Model } from '../models/index.js';
import { compareWeights, contentOf, type WeightSource } from '../weights/index.js';
import { StriateError } from '../tensor/index.js';

/**
 * Gives a network's weights to it: PyTorch's by name, or Striate's. An auxiliary head may be missing in the file, as in files for
 * use alone.
 *
 * @throws StriateError when the file has other weights.
 */
export async function loadTaskWeights(model: Model, source: WeightSource): Promise<void> {
  const file = typeof source === 'string' ? source : `weights of '${model.name}'`;
  const content = await contentOf(source, file);
  const { missing, misshaped } = compareWeights(model, content);
  const needed = missing.filter((name) => !name.startsWith('aux_classifier.'));
  if (needed.length + misshaped.length > 0) {
    const wrong = [...needed, ...misshaped.map(({ name }) => name)];
    throw new StriateError({
      where: file,
      rule: `does not have the weights of '${model.name}'`,
      received: `${wrong.length} tensors missing or of another shape, such as '${wrong[0]}'`,
      advice: 'make the network for as many classes as the file has: { classes }',
    });
  }
  await model.loadWeights(content, { strict: false, name: file });
}
