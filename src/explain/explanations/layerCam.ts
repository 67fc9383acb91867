import type { ExplanationMethod } from '../explanationMethod.js';
import { gradientMap, positionSums } from './gradientMap.js';
import { takesRelu, type ActivationMapOptions } from './layerMap.js';

/**
 * LayerCAM (Jiang et al. 2021): each number of the map times its own gradient where that is positive, summed over channels; it
 * stays sharp on earlier layers, whose maps are finer.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: 'layer-cam', layer: 'features.7.expand3x3' });
 */
export function layerCam(options: ActivationMapOptions = {}): ExplanationMethod {
  return gradientMap('layer-cam', takesRelu('layerCam', options) ?? true, (parts) => {
    const { values, gradient } = parts;
    return positionSums(parts, (i) => values[i] * Math.max(0, gradient[i]));
  });
}
