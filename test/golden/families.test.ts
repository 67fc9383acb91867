import { describe, expect, it } from 'vitest';
import { pytorchShapes, Tensor, zoo } from '../../src/index.js';
import { formulaInput, formulaWeights } from './formula.js';

/** Some of the logits that PyTorch 1.13 gave for an architecture with the formula's weights. */
interface Logits {
  readonly argmax: number;
  readonly std: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/**
 * Architectures that torchvision.json leaves out, at small sizes. torchvision 0.14 gave MobileNetV3, EfficientNet and
 * DenseNet; for the others, timm's and CIFAR's, the modules were written down in PyTorch from their descriptions.
 */
const rows: Readonly<Record<string, Logits>> = {
  'mobilenet_v1:64': {
    argmax: 736,
    std: 0.1821931,
    first: [0.07720308, 0.2243854, -0.248485, -0.1259947],
    last: [0.1381781, -0.1896002],
  },
  'xception:71': {
    argmax: 695,
    std: 2701.509,
    first: [1816.608, 89.96057, -2608.895, 1912.917],
    last: [439.8671, 2211.007],
  },
  'inception_resnet_v2:75': {
    argmax: 907,
    std: 1.79553,
    first: [2.216946, -0.3151285, 0.007499278, -1.063028],
    last: [0.9808406, -0.8371684],
  },
  'mobilenet_v3_small:64': {
    argmax: 246,
    std: 0.1644765,
    first: [0.1841786, -0.1098637, -0.04836935, -0.04226152],
    last: [0.1118891, 0.185607],
  },
  'mobilenet_v3_large:64': {
    argmax: 346,
    std: 0.1664151,
    first: [0.03732739, -0.1362551, 0.05386879, 0.1320273],
    last: [-0.6336917, -0.02701899],
  },
  // The version with TensorFlow's epsilon, wider and deeper than B0.
  'efficientnet_b5:32': {
    argmax: 476,
    std: 0.250309,
    first: [-0.06882504, 0.06357701, 0.003028747, -0.2583674],
    last: [0.2300417, 0.3712362],
  },
  'densenet169:65': {
    argmax: 937,
    std: 0.2908804,
    first: [-0.2325157, -0.01809093, 0.3806605, 0.08977124],
    last: [-0.2371476, 0.2558989],
  },
  'seresnet50:64': {
    argmax: 673,
    std: 4.061534,
    first: [2.420249, 2.872648, -3.350897, 4.493051],
    last: [6.865578, -1.607941],
  },
  'cifar_resnet110:32': {
    argmax: 7,
    std: 821656.1,
    first: [225578.3, -897681.8, -139559.5, 568598.5],
    last: [-279699.4, -1049011],
  },
};

describe('what PyTorch gives for the same weights', () => {
  it.each(Object.entries(rows))('%s', async (key, { argmax, std, first, last }) => {
    const [name, side] = key.split(':');
    const size = Number(side);
    const model = zoo.create(name, { inputShape: [size, size, 3] });
    const weights = [...pytorchShapes(model)].map(
      ([tensor, shape]) => [tensor, new Tensor('float32', shape, formulaWeights(tensor, shape))] as const,
    );
    await model.loadWeights(new Map(weights));
    const input = new Tensor('float32', [1, size, size, 3], formulaInput([1, 3, size, size]));
    const { data: logits } = await model.predict(input);
    await model.dispose();
    const expected = [...first, ...last];
    const received = [...logits.slice(0, first.length), ...logits.slice(-last.length)];
    const worst = Math.max(...expected.map((value, i) => Math.abs(received[i] - value)));
    // What float32 allows, of the logits' standard deviation.
    expect(worst).toBeLessThan(1e-3 * std);
    expect(logits.indexOf(Math.max(...logits))).toBe(argmax);
  });
});
