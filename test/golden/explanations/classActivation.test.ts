import { describe, expect, it } from 'vitest';
import { explain, explanations } from '../../../src/index.js';
import { explainedModel, explanationRows, spread, worstDifference } from './references.js';

/** What float32 allows beside PyTorch's float64: of a map's range. */
const tolerance = 1e-4;

const methods = {
  'grad-cam': explanations.gradCam,
  'grad-cam-plus-plus': explanations.gradCamPlusPlus,
  'hi-res-cam': explanations.hiResCam,
  'layer-cam': explanations.layerCam,
  'x-grad-cam': explanations.xGradCam,
  'eigen-cam': explanations.eigenCam,
  'score-cam': explanations.scoreCam,
  'ablation-cam': explanations.ablationCam,
} as const;

describe.each(explanationRows)('class activation maps of $name with the formula’s weights', (row) => {
  let opened: ReturnType<typeof explainedModel> | undefined;
  const parts = (): ReturnType<typeof explainedModel> => (opened ??= explainedModel(row));
  const names = Object.keys(row.maps) as (keyof typeof methods)[];

  it.each(names)('%s equals pytorch-grad-cam', async (name) => {
    const { model, picture } = await parts();
    const options = { target: row.label, method: methods[name]({ relu: false }), batchSize: 16 };
    const { map } = await explain(model, picture, options);
    expect(map.shape).toEqual(row.shape);
    const expected = row.maps[name];
    // Which side of a principal component is positive is a matter of choice.
    const turned = name === 'eigen-cam' ? expected.map((value) => -value) : expected;
    const worst = Math.min(worstDifference(map.data, expected), worstDifference(map.data, turned));
    expect(worst / spread(expected)).toBeLessThan(tolerance);
  });

  it('end the model’s work', async () => {
    await (await parts()).model.dispose();
  });
});
