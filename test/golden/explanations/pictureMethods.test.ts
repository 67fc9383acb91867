import { describe, expect, it } from 'vitest';
import { explain, explanations } from '../../../src/index.js';
import { explainedModel, explanationRows, spread, worstDifference } from './references.js';

/** Beside PyTorch's float64, of a map's range; three times what PyTorch's own float32 is off by where that is more. */
const tolerance = 1e-4;

/**
 * Where rounding decides between two numbers that are nearly equal, a rectifier or a maximum of ours falls the other way than in
 * float64; PyTorch's own float32 has such places, too, but others (1e-2 of the range for VGG-11 on a smaller picture).
 */
const decidedByRounding: Readonly<Record<string, number>> = {
  'mobilenet_v2 integrated-gradients': 5e-4,
  'densenet121 integrated-gradients': 5e-4,
  'resnext50_32x4d saliency': 5e-4,
  'resnext50_32x4d gradient-times-input': 5e-4,
};

const methods = {
  saliency: explanations.saliency(),
  'gradient-times-input': explanations.gradientTimesInput(),
  'integrated-gradients': explanations.integratedGradients({ steps: 20 }),
  'guided-backpropagation': explanations.guidedBackpropagation(),
  occlusion: explanations.occlusion({ window: 16, strides: 8 }),
} as const;

describe.each(explanationRows)('explanations of $name over the picture, with the formula’s weights', (row) => {
  let opened: ReturnType<typeof explainedModel> | undefined;
  const parts = (): ReturnType<typeof explainedModel> => (opened ??= explainedModel(row));
  const names = Object.keys(row.inputs) as (keyof typeof methods)[];

  it.each(names)('%s equals captum', async (name) => {
    const { model, picture } = await parts();
    const { map, channels } = await explain(model, picture, { target: row.label, method: methods[name] });
    const { values, least, most, float32 = 0 } = row.inputs[name];
    // Occlusion gives all channels of a pixel the same.
    const found = row.places.map((place) => (channels ? channels.data[place] : map.data[Math.floor(place / 3)]));
    expect(worstDifference(found, values) / (most - least)).toBeLessThan(
      Math.max(decidedByRounding[`${row.name} ${name}`] ?? tolerance, 3 * float32),
    );
    expect(spread([...(channels ?? map).data]) / (most - least)).toBeCloseTo(1, 3);
  });

  it('end the model’s work', async () => {
    await (await parts()).model.dispose();
  });
});
