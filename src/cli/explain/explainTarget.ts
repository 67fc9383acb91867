import { classLabel, targetContext, type Target } from '../../explain/target.js';
import type { Model } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';

/**
 * What `--target` means for a model: a class by name or number, or `cat-dog`, what speaks for the first rather than the second.
 * A name with a hyphen is a class, where the model has one of that name.
 *
 * @throws StriateError when the model has no such class.
 */
export async function explainTarget(text: string, model: Model): Promise<Target> {
  const context = await targetContext(model);
  const label = async (name: string): Promise<number | StriateError> =>
    classLabel(name, context).catch((error: unknown) => {
      if (error instanceof StriateError) return error;
      throw error;
    });
  const whole = await label(text);
  if (!(whole instanceof StriateError)) return whole;
  let nearest = whole;
  for (const { index } of text.matchAll(/[-−]/g)) {
    const found = [await label(text.slice(0, index).trim()), await label(text.slice(index + 1).trim())] as const;
    const [first, second] = found;
    if (!(first instanceof StriateError || second instanceof StriateError)) return { class: first, minus: second };
    // Where one side is a class, the other is what is wrong.
    const wrong = found.filter((one) => one instanceof StriateError);
    if (wrong.length === 1) [nearest] = wrong;
  }
  throw nearest;
}
