import { afterAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { explain, explanations, openModel, type Explanation, type OpenedModel } from '../../src/index.js';

const data = process.env.STRIATE_DATA;
const photo = (name: string): string => join(data ?? '', 'photos', name);

/** x from, x to, y from, y to in the photo's own pixels, bounds included. */
type Box = readonly [left: number, right: number, top: number, bottom: number];

/** How much of a map's positive energy lies in boxes of the photo, and which part of it they are. */
function energyIn(explained: Explanation, [width, height]: readonly [number, number], boxes: readonly Box[]) {
  const { data: heat, shape } = explained.heat();
  let [inside, all, area] = [0, 0, 0];
  heat.forEach((value, i) => {
    const y = ((Math.floor(i / shape[1]) + 0.5) * height) / shape[0];
    const x = (((i % shape[1]) + 0.5) * width) / shape[1];
    const within = boxes.some(([left, right, top, bottom]) => x >= left && x <= right && y >= top && y <= bottom);
    const energy = Math.max(0, value);
    all += energy;
    inside += within ? energy : 0;
    area += within ? 1 : 0;
  });
  return { share: inside / all, area: area / heat.length };
}

describe.skipIf(!data)(
  `heat maps of SqueezeNet’s ONNX file${data ? '' : ': skipped, STRIATE_DATA names no data'}`,
  () => {
    let opened: Promise<OpenedModel> | undefined;
    const squeezenet = (): Promise<OpenedModel> =>
      (opened ??= openModel(join(data ?? '', 'pretrained', 'squeezenet1_1-imagenet.onnx'), {
        preprocessing: 'rgb-means',
      }));
    afterAll(async () => (await opened)?.model.dispose());

    const size = [525, 351] as const;
    const elephants: readonly Box[] = [
      [238, 525, 48, 222],
      [90, 290, 130, 236],
    ];
    const heads: readonly Box[] = [
      [238, 402, 48, 140],
      [90, 200, 130, 184],
    ];

    it('put two thirds of Grad-CAM’s energy on the elephants, and twice the mean on heads and ears', async () => {
      const found = await explain(await squeezenet(), photo('creative_commons_elephant.jpg'));
      expect(found.target).toBe('African elephant');
      expect(found.probability).toBeCloseTo(0.678, 2);
      expect(found.layer).toBe('features.12.concat');
      const all = energyIn(found, size, elephants);
      const ears = energyIn(found, size, heads);
      console.info(
        `elephants ${all.share.toFixed(3)} of the energy on ${all.area.toFixed(3)}, heads ${(ears.share / ears.area).toFixed(2)} times the mean`,
      );
      expect(all.share).toBeGreaterThan(0.65);
      expect(ears.share / ears.area).toBeGreaterThan(2);
    });

    it.each([
      ['layer-cam on a finer map', explanations.layerCam(), 'features.7.concat', 0.72],
      ['hi-res-cam', explanations.hiResCam(), undefined, 0.65],
      ['integrated gradients', explanations.integratedGradients({ steps: 20 }), undefined, 0.63],
    ])('of the elephants by %s', async (name, method, layer, least) => {
      const found = await explain(await squeezenet(), photo('creative_commons_elephant.jpg'), { method, layer });
      const { share } = energyIn(found, size, elephants);
      console.info(`${name}: ${share.toFixed(3)} of the energy on the elephants`);
      // An even map would have 0.36 there.
      expect(share).toBeGreaterThan(least);
    });

    it('see the dog in the upper and the cat in the lower half, and their difference with the right sign on both', async () => {
      const model = await squeezenet();
      const two = await explain(model, [photo('cat_dog.png'), photo('cat_dog.png')], {
        target: ['bull mastiff', 'tiger cat'],
      });
      const upper = two.map((one) => energyIn(one, [1, 1], [[0, 1, 0, 0.5]]).share);
      console.info(
        `bull mastiff ${upper[0].toFixed(3)} in the upper half, tiger cat ${(1 - upper[1]).toFixed(3)} in the lower`,
      );
      expect(upper[0]).toBeGreaterThan(0.7);
      expect(1 - upper[1]).toBeGreaterThan(0.58);
      const { map } = await explain(model, photo('cat_dog.png'), {
        target: { class: 243, minus: 282 },
        method: explanations.gradCam({ relu: false }),
      });
      const [rows, columns] = map.shape;
      const half = (rows / 2) * columns;
      const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);
      expect(sum(map.data.subarray(0, half))).toBeGreaterThan(0);
      expect(sum(map.data.subarray(half))).toBeLessThan(0);
    });
  },
);
