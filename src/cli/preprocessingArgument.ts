import { resolvePreprocessing } from '../classify/preparation.js';
import type { CompletePreprocessing } from '../pictures/index.js';

export { preprocessingOption } from './options.js';

/** What `--preprocessing` says, for pictures [H, W, C]. */
export function preprocessingArgument(argument: string, inputShape: readonly number[]): Promise<CompletePreprocessing> {
  return resolvePreprocessing(argument, inputShape, '--preprocessing');
}
