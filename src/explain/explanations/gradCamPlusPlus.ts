import type { ExplanationMethod } from '../explanationMethod.js';
import { channelSums, gradientMap } from './gradientMap.js';
import { takesRelu, weightedChannels, type ActivationMapOptions } from './layerMap.js';

/**
 * Grad-CAM++ (Chattopadhyay et al. 2018): channels weighted by the positive gradients of their positions, of which those count
 * more that are rare, so that several things of one class are all found. Higher derivatives are taken as if the score were an
 * exponential, as in the paper.
 *
 * @example
 * await explain(squeezenet, 'elephants.jpg', { method: explanations.gradCamPlusPlus() });
 */
export function gradCamPlusPlus(options: ActivationMapOptions = {}): ExplanationMethod {
  return gradientMap('grad-cam-plus-plus', takesRelu('gradCamPlusPlus', options) ?? true, (parts) => {
    const { values, gradient } = parts;
    const sums = channelSums(parts, (i) => values[i]);
    const weights = channelSums(parts, (i, channel) => {
      const slope = gradient[i];
      if (slope <= 0) return 0;
      const square = slope * slope;
      return (slope * square) / (2 * square + sums[channel] * square * slope + 1e-6);
    });
    return weightedChannels(parts, weights);
  });
}
