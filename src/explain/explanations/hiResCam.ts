import type { ExplanationMethod } from '../explanationMethod.js';
import { gradientMap, positionSums } from './gradientMap.js';
import { takesRelu, type ActivationMapOptions } from './layerMap.js';

/**
 * HiResCAM (Draelos & Carin 2020): each number of the layer's map times its own gradient, summed over channels; where the
 * classifier is linear behind the map, exactly what each position adds to the score.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: explanations.hiResCam() });
 */
export function hiResCam(options: ActivationMapOptions = {}): ExplanationMethod {
  return gradientMap('hi-res-cam', takesRelu('hiResCam', options), (parts) => {
    const { values, gradient } = parts;
    return positionSums(parts, (i) => values[i] * gradient[i]);
  });
}
