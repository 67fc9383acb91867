import { StriateError } from '../../tensor/index.js';
import { callsBetween } from '../../topology/featureSplit.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import type { Subject } from '../subject.js';
import { channelSums, gradientMap } from './gradientMap.js';
import { takesRelu, weightedChannels, type ActivationMapOptions } from './layerMap.js';

/** What may stand between a map and the scores for class activation maps: averaging, and one linear layer. */
const linear: ReadonlySet<string> = new Set([
  'GlobalAveragePooling2D',
  'Flatten',
  'Reshape',
  'Dropout',
  'Dense',
  'Activation',
  'Softmax',
  'Identity',
]);

/**
 * Class activation maps (Zhou et al. 2016): the channels of the map, each times the classifier's own weight for the class. Only
 * for heads that average the map and apply one dense layer; then each position's number is what it adds to the score, but for
 * the bias.
 *
 * @throws StriateError, when used, for other heads; Grad-CAM takes them all.
 *
 * @example
 * const resnet = zoo.create('resnet18', { inputShape: [64, 64, 3], seed: 1 });
 * await explain(resnet, 'elephants.jpg', { method: explanations.cam() });
 */
export function cam(options: ActivationMapOptions = {}): ExplanationMethod {
  const relu = takesRelu('cam', options);
  // Behind an average, the classifier's weight is the gradient of any position times their number.
  const method = gradientMap('cam', relu, (parts) => {
    const { gradient } = parts;
    return weightedChannels(
      parts,
      channelSums(parts, (i) => gradient[i]),
    );
  });
  return {
    ...method,
    attribute(subject) {
      expectLinearHead(subject);
      return method.attribute(subject);
    },
  };
}

function expectLinearHead({ model, map, targetValues }: Subject): void {
  let [dense, pooled] = [0, 0];
  for (const { layer } of callsBetween(model.topology, map, targetValues)) {
    dense += layer.className === 'Dense' ? 1 : 0;
    pooled += layer.className === 'GlobalAveragePooling2D' ? 1 : 0;
    if (!linear.has(layer.className)) throw refused(model.name, `'${layer.name}' is a ${layer.className}`);
  }
  if (dense !== 1 || pooled !== 1)
    throw refused(
      model.name,
      `behind '${map.source?.layer.name ?? map.name}' are ${pooled} averages and ${dense} dense layers`,
    );
}

function refused(name: string, found: string): StriateError {
  return new StriateError({
    where: 'cam',
    rule: `the model '${name}' must average its last map and classify by one dense layer`,
    received: found,
    advice: "use 'grad-cam', which needs no such head",
  });
}
