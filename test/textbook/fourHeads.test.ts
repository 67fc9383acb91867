import { expect, it } from 'vitest';
import { createDetector, createSegmenter, model as modelOf, Tensor, zoo } from '../../src/index.js';

it('one backbone with four heads gives in one forward pass what each gives alone', async () => {
  const backbone = zoo.create('mobilenet_v3_small', { inputShape: [64, 64, 3], classes: 5, seed: 3 });
  const detector = createDetector({ backbone, classes: ['cat', 'dog'] });
  const segmenter = createSegmenter({ backbone, classes: ['cat', 'dog'] });
  const { embedding } = backbone;
  const alone = [backbone, embedding, detector.model, segmenter.model];
  const all = modelOf({ inputs: backbone.inputs, outputs: alone.flatMap(({ outputs }) => outputs) });
  const x = new Tensor(
    'float32',
    [2, 64, 64, 3],
    Float32Array.from({ length: 24576 }, (_, i) => Math.sin(i * 0.37)),
  );
  const together = await all.predictAll(x);
  const apart = (await Promise.all(alone.map((one) => one.predictAll(x)))).flat();
  expect(together.map(({ shape }) => shape)).toEqual(apart.map(({ shape }) => shape));
  together.forEach(({ data }, output) => {
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0);
    data.forEach((value, i) => {
      if (Math.abs(value - apart[output].data[i]) > 1e-5 * largest) expect(value).toBe(apart[output].data[i]);
    });
  });
  const threshold = { scoreThreshold: 0 };
  const boxes = detector.decode(together.slice(2, 5), threshold);
  expect(boxes.length).toBeGreaterThan(0);
  expect(boxes.length).toBe(detector.decode(apart.slice(2, 5), threshold).length);
});
