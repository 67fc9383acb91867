import { describe, expect, it } from 'vitest';
import { scenes } from '../data/index.js';
import { layers, input, type SymbolicTensor } from '../layers/index.js';
import { model } from '../models/index.js';
import { createDetector, createSegmenter, Detector, Segmenter } from '../tasks/index.js';
import { fcosPlan } from '../tasks/detectorPlan.js';
import { Tensor, type Shape } from '../tensor/index.js';
import { explain } from './explain.js';
import { explanations } from './index.js';

const classNames = ['__background__', 'red', 'green'];

/** Where the red square lies, and the green one, in the scene. */
const red = { left: 40, top: 8, right: 56, bottom: 24 };
const green = { left: 8, top: 32, right: 24, bottom: 48 };

/** A drawn scene of 64×64 with a red and a green square on it. */
async function plantedScene(): Promise<{ width: number; height: number; data: Uint8ClampedArray }> {
  const { train } = scenes({ seed: 5, train: 1, test: 1, size: 64, kinds: ['shapes'], things: [1, 2] });
  const x = new Float32Array(64 * 64 * 3);
  await train.fill([0], x);
  const least = Math.min(...x);
  const range = Math.max(...x) - least;
  const data = Uint8ClampedArray.from({ length: 4 * 64 * 64 }, (_, i) =>
    i % 4 === 3 ? 255 : 60 + (120 * (x[3 * (i >> 2) + (i % 4)] - least)) / range,
  );
  for (const [{ left, top, right, bottom }, colour] of [
    [red, [255, 0, 0, 255]],
    [green, [0, 255, 0, 255]],
  ] as const)
    for (let y = top; y < bottom; y++) for (let at = left; at < right; at++) data.set(colour, 4 * (y * 64 + at));
  return { width: 64, height: 64, data };
}

const tensor = (shape: Shape, ...values: number[]): Tensor<'float32'> =>
  new Tensor('float32', shape, Float32Array.from(values));

/** How red and how green every pixel is, each where the other colours are not. */
function colours(x: SymbolicTensor): SymbolicTensor {
  return layers.conv2d({ filters: 2, kernelSize: 1, activation: 'relu', name: 'colours' }).apply(x);
}
const colourWeights = [
  ['colours/kernel', tensor([1, 1, 3, 2], 1, -1, -1, 1, -1, -1)],
  ['colours/bias', tensor([2], 0, 0)],
] as const;

/** A detector whose class scores are the colours, seen at a 8th and a 16th of the picture's side. */
async function colourDetector(): Promise<Detector> {
  const x = input({ shape: [64, 64, 3] });
  const fine = layers.averagePooling2d({ poolSize: 8 }).apply(colours(x));
  const maps = [fine, layers.averagePooling2d({ poolSize: 2 }).apply(fine)];
  const rows = (name: string, filters: number): SymbolicTensor => {
    const layer = layers.conv2d({ filters, kernelSize: 1, name });
    const parts = maps.map((map) => layers.reshape({ targetShape: [-1, filters] }).apply(layer.apply(map)));
    return layers.concatenate({ axis: 1 }).apply(...parts);
  };
  const net = model({ inputs: x, outputs: [rows('scores', 3), rows('boxes', 4), rows('near', 1)] });
  net.classNames = classNames;
  await net.setWeights(
    new Map([
      ...colourWeights,
      ['scores/kernel', tensor([1, 1, 2, 3], 0, 9, 0, 0, 0, 9)],
      ['scores/bias', tensor([3], -9, -6, -6)],
      ['boxes/kernel', tensor([1, 1, 2, 4], ...new Array<number>(8).fill(0))],
      ['boxes/bias', tensor([4], 0, 0, 1, 1)],
      ['near/kernel', tensor([1, 1, 2, 1], 0, 0)],
      ['near/bias', tensor([1], 4)],
    ]),
  );
  const preprocessing = {
    mean: [0, 0, 0],
    std: [1, 1, 1],
    channels: 'RGB',
    interpolation: 'bilinear',
    fit: 'contain',
  } as const;
  return new Detector('fcos', net, classNames, {
    ...fcosPlan([3, 4]),
    preprocessing: { ...preprocessing, size: [64, 64], resize: 64 },
    inCorner: true,
  });
}

const methods = {
  'grad-cam': 'grad-cam',
  saliency: 'saliency',
  occlusion: explanations.occlusion({ window: 8, strides: 4 }),
} as const;

describe('an explanation of a box', () => {
  it.each(Object.entries(methods))('by %s lies on the thing that the box is around', async (_, method) => {
    const detector = await colourDetector();
    const picture = await plantedScene();
    const found = await detector.detect(picture);
    for (const [label, { left, top, right, bottom }] of [
      [1, red],
      [2, green],
    ] as const) {
      const detection = found.find((one) => one.label === label)!;
      const [x1, y1, x2, y2] = detection.box;
      const inside = { left, top, right, bottom };
      expect(x1 < right && x2 > left && y1 < bottom && y2 > top).toBe(true);
      const why = await explain(detector, picture, { method, target: { detection }, evidence: { inside } });
      expect(why.target).toMatch(new RegExp(`^${classNames[label]} at \\[`));
      const { energy, area, pointing } = why.evidence!.inside!;
      expect(area).toBeCloseTo(1 / 16, 5);
      expect(energy).toBeGreaterThan(0.6);
      expect(pointing).toBe(true);
    }
    await detector.model.dispose();
  });

  it('is about the best of a class, or of all, where no detection is named; evidence is then about its box', async () => {
    const detector = await colourDetector();
    const picture = await plantedScene();
    const [best] = await detector.detect(picture);
    const green = (await detector.detect(picture)).find(({ label }) => label === 2)!;
    const by = { method: 'saliency', evidence: true } as const;
    const named = await explain(detector, picture, { ...by, target: 'green' });
    const given = await explain(detector, picture, { ...by, target: { detection: green } });
    expect(named.map.data).toEqual(given.map.data);
    expect(named.evidence).toEqual(given.evidence);
    expect(named.evidence!.inside!.energy).toBeGreaterThan(0.9);
    expect((await explain(detector, picture, by)).target).toContain(best.name);
    const both = await explain(detector, [picture, picture], { ...by, target: [{ detection: best }, 'green'] });
    expect(both.map(({ target }) => target.split(' ')[0])).toEqual([best.name, 'green']);
    await detector.model.dispose();
  });

  it('is read from the map of the level that the place belongs to, where the picture lies in margins too', async () => {
    const detector = createDetector('fcos_resnet50_fpn', { classes: 3, inputShape: [64, 96, 3] });
    const data = Uint8ClampedArray.from({ length: 4 * 50 * 60 }, (_, i) => (i % 4 === 3 ? 255 : (i * 29) % 251));
    const found = await detector.detect({ width: 50, height: 60, data }, { scoreThreshold: 0 });
    const sizes = [
      [8, 12],
      [4, 6],
      [2, 3],
      [1, 2],
      [1, 1],
    ];
    let first = 0;
    for (const [level, [rows, columns]] of sizes.entries()) {
      const end = first + rows * columns;
      const detection = found.find(({ row }) => row >= first && row < end);
      first = end;
      if (!detection || rows * columns < 2) continue;
      const why = await explain(detector, { width: 50, height: 60, data }, { target: { detection } });
      expect(why.map.shape, `level ${level}`).toEqual([rows, columns]);
    }
    await detector.model.dispose();
  });

  it('refuses what was not found', async () => {
    const detector = await colourDetector();
    const grey = { width: 64, height: 64, data: new Uint8ClampedArray(4 * 64 * 64).fill(128) };
    await expect(explain(detector, grey, { target: 'red' })).rejects.toThrow(/finds no 'red' in this picture/);
    await expect(explain(detector, grey, { target: 'blue' })).rejects.toThrow(/has no class 'blue'/);
    await expect(explain(detector, grey, { target: { class: 'red', minus: 'green' } })).rejects.toThrow(
      /a class's name or number, or \{ detection \}/,
    );
    await expect(explain(detector, grey, { target: 1, preprocessing: 'rgb-means' })).rejects.toThrow(
      /prepares them itself/,
    );
    await detector.model.dispose();
  });
});

describe('an explanation of a mask', () => {
  async function colourSegmenter(): Promise<Segmenter> {
    const {
      classNames: names,
      architecture,
      plan,
    } = createSegmenter('lraspp_mobilenet_v3_large', { classes: classNames.slice(1), inputShape: [64, 64, 3] });
    const x = input({ shape: [64, 64, 3] });
    const small = layers.averagePooling2d({ poolSize: 4 }).apply(colours(x));
    const scores = layers.conv2d({ filters: 3, kernelSize: 1, name: 'scores' }).apply(small);
    const net = model({ inputs: x, outputs: layers.resizing({ height: 64, width: 64 }).apply(scores) });
    net.classNames = names;
    await net.setWeights(
      new Map([
        ...colourWeights,
        ['scores/kernel', tensor([1, 1, 2, 3], 0, 9, 0, 0, 0, 9)],
        ['scores/bias', tensor([3], 6, 0, 0)],
      ]),
    );
    return new Segmenter(architecture, net, names, plan);
  }

  it('lies on the pixels that it is about, of a class where it is found or in a region', async () => {
    const segmenter = await colourSegmenter();
    const picture = await plantedScene();
    const { mask } = await segmenter.segment(picture);
    expect(mask(1).area).toBeGreaterThan(150);
    const inside = red;
    for (const method of Object.values(methods))
      for (const target of [
        'red',
        { class: 'red', region: mask(1) },
        { class: 1, region: [red.left, red.top, red.right, red.bottom] },
      ] as const) {
        const why = await explain(segmenter, picture, { method, target, evidence: { inside } });
        expect(why.target).toMatch(/^red on \d+ pixels/);
        expect(why.evidence!.inside!.energy).toBeGreaterThan(0.6);
        expect(why.evidence!.inside!.pointing).toBe(true);
      }
    const nothing = { class: 'red', region: [100, 100, 120, 120] } as const;
    await expect(explain(segmenter, picture, { target: nothing })).rejects.toThrow(/must hold a pixel/);
    await segmenter.model.dispose();
  });
});
