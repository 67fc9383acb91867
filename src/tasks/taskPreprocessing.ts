import type { Model } from '../models/index.js';
import { completePreprocessing, type CompletePreprocessing, type Preprocessing } from '../pictures/preprocessing.js';

/** How a network's pictures are prepared: as the model says once it knows, until then as `usual`, brought to its size whole. */
export function taskPreprocessing(
  { preprocessing, inputShape }: Pick<Model, 'preprocessing' | 'inputShape'>,
  usual: Partial<Preprocessing>,
): CompletePreprocessing {
  const [height, width] = inputShape;
  return completePreprocessing({ ...(preprocessing ?? usual), size: [height, width], resize: height }, inputShape);
}
