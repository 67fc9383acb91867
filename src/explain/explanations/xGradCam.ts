import type { ExplanationMethod } from '../explanationMethod.js';
import { channelSums, gradientMap } from './gradientMap.js';
import { takesRelu, weightedChannels, type ActivationMapOptions } from './layerMap.js';

/**
 * XGrad-CAM (Fu et al. 2020): channels weighted by the mean of their gradients, each gradient counting by its position's share of
 * the channel.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: explanations.xGradCam() });
 */
export function xGradCam(options: ActivationMapOptions = {}): ExplanationMethod {
  return gradientMap('x-grad-cam', takesRelu('xGradCam', options), (parts) => {
    const { values, gradient } = parts;
    const sums = channelSums(parts, (i) => values[i]);
    // A channel that is silent everywhere has no weight.
    const weights = channelSums(parts, (i, channel) => (gradient[i] * values[i]) / (sums[channel] + 1e-7));
    return weightedChannels(parts, weights);
  });
}
