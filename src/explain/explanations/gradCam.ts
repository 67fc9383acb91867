import type { ExplanationMethod } from '../explanationMethod.js';
import { channelSums, gradientMap } from './gradientMap.js';
import { takesRelu, weightedChannels, type ActivationMapOptions } from './layerMap.js';

/**
 * Grad-CAM (Selvaraju et al. 2017): the channels of the model's last map, each weighted by the mean of the target's gradient
 * over its positions.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: explanations.gradCam({ relu: false }) });
 */
export function gradCam(options: ActivationMapOptions = {}): ExplanationMethod {
  return gradientMap('grad-cam', takesRelu('gradCam', options), (parts) => {
    const { gradient, positions } = parts;
    return weightedChannels(
      parts,
      channelSums(parts, (i) => gradient[i] / positions),
    );
  });
}
