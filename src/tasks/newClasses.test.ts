import { expect, it } from 'vitest';
import { createDetector, createSegmenter } from './index.js';
import { newClasses } from './newClasses.js';

const inputShape = [64, 64, 3];

it('a network for other classes keeps all weights that do not depend on the classes', async () => {
  const coco = createDetector('ssdlite320_mobilenet_v3_large', { inputShape, seed: 1 });
  const pets = await newClasses(coco, { classes: ['cat', 'dog'], seed: 2 });
  expect(pets.classNames).toEqual(['__background__', 'cat', 'dog']);
  expect(pets.model.outputs[0].shape.at(-1)).toBe(3);
  const [own, given] = [await pets.model.getWeights(), await coco.model.getWeights()];
  const anew = [...own].filter(([name, { data }]) => given.get(name)!.data.join() !== data.join());
  // The last convolution of each of six maps, with its bias; biases begin equal but for their number.
  expect(anew.length).toBeGreaterThanOrEqual(6);
  for (const [name] of anew) expect(name).toMatch(/^head\.classification_head\.module_list\.\d\.1/);
  const [box] = await pets.detect({ width: 64, height: 64, data: new Uint8ClampedArray(4 * 64 * 64).fill(90) });
  if (box) expect(['cat', 'dog']).toContain(box.name);
});

it('takes segmenters, and refuses heads on a backbone', async () => {
  const voc = createSegmenter('lraspp_mobilenet_v3_large', { inputShape });
  const sky = await newClasses(voc, { classes: ['sky'] });
  expect(sky.model.outputShape).toEqual([64, 64, 2]);
  const own = createDetector({ backbone: 'squeezenet1_1', inputShape, classes: ['cat'] });
  await expect(newClasses(own, { classes: ['dog'] })).rejects.toThrow(
    /a head on a backbone; make another head: createDet/,
  );
});
