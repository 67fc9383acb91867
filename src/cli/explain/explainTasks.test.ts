import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printedOutput, type Printed } from '../../../test/printed.js';
import { createDetector, createKeypointDetector, createSegmenter, loadDetector } from '../../tasks/index.js';
import { explainCommand } from './explain.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const inputShape = [64, 64, 3];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-explain-task-'));
  const create = { width: 120, height: 80, channels: 3, background: '#ffffff' } as const;
  const square = { create: { width: 40, height: 30, channels: 3, background: '#a01010' } } as const;
  for (const [i, left] of [20, 60].entries())
    await sharp({ create })
      .composite([{ input: square, left, top: 25 }])
      .toFile(at(`${i}.png`));
  const classes = ['cat', 'dog'];
  const backbone = 'squeezenet1_1';
  await createDetector({ backbone, head: 'ssd', classes, inputShape }).save(at('boxes.safetensors'));
  await createSegmenter('unet', { classes, inputShape, filters: 4, stages: 3 }).save(at('masks.safetensors'));
  await createKeypointDetector({ backbone, points: ['nose', 'tail'], inputShape }).save(at('points.safetensors'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function explain(...args: string[]): Promise<Printed> {
  const { output, printed } = printedOutput();
  await explainCommand(output).exitOverride().parseAsync(args, { from: 'user' });
  return printed;
}
interface Listed {
  readonly explanations: { target: string; method: string; shape: number[] }[];
}

it('says why a box was found, by its number or its class, in pixels of the picture', async () => {
  const [first, second] = await (await loadDetector(at('boxes.safetensors'))).detect(at('0.png'));
  const named = ({ name, box }: typeof first): string =>
    `${name} at [${box.map((edge) => Math.round(edge)).join(', ')}]`;
  const numbered = await explain(at('boxes.safetensors'), at('0.png'), '--target', '1', '--target', '2', '--json');
  expect((numbered.json as Listed).explanations.map(({ target }) => target)).toEqual([named(first), named(second)]);
  const ofClass = await explain(at('boxes.safetensors'), at('0.png'), '--target', first.name, '--json');
  expect((ofClass.json as Listed).explanations[0].target).toBe(named(first));
  const both = ['--method', 'grad-cam,saliency', '--json'];
  const { explanations } = (await explain(at('boxes.safetensors'), at('0.png'), at('1.png'), ...both)).json as Listed;
  expect(explanations.map(({ method }) => method)).toEqual(['grad-cam', 'saliency', 'grad-cam', 'saliency']);
});

it('draws the map over the picture with the box', async () => {
  const found = await (await loadDetector(at('boxes.safetensors'))).detect(at('0.png'));
  // One whose left side lies within the picture.
  const number = found.findIndex(({ box: [x1, y1, x2, y2] }) => x1 > 2 && x2 - x1 > 12 && y2 - y1 > 12);
  const { name: named, box } = found[number];
  await explain(at('boxes.safetensors'), at('0.png'), '--target', String(number + 1), '--output', at('why'));
  const name = `0-grad-cam-${named}-at-${box.map((edge) => Math.round(edge)).join('-')}.png`;
  const { data, info } = await sharp(at(`why/${name}`))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([120, 80]);
  // White between black.
  const [left, middle] = [Math.round(box[0]), Math.round((box[1] + box[3]) / 2)];
  const pixel = (x: number): number[] => [...data.subarray(3 * (middle * 120 + x), 3 * (middle * 120 + x) + 3)];
  expect([0, 1, 2].map((inset) => pixel(left + inset))).toEqual([
    [0, 0, 0],
    [255, 255, 255],
    [0, 0, 0],
  ]);
});

it('says why pixels are of a class, and why a point lies where it does', async () => {
  const masks = await explain(at('masks.safetensors'), at('0.png'), '--method', 'saliency', '--json');
  expect((masks.json as Listed).explanations[0].target).toMatch(/^(cat|dog) on \d+ pixels$/);
  const points = await explain(
    at('points.safetensors'),
    at('0.png'),
    '--target',
    'tail',
    '--method',
    'saliency',
    '--json',
  );
  expect((points.json as Listed).explanations[0]).toMatchObject({ target: 'tail', shape: [64, 64] });
  const map = await explain(at('points.safetensors'), at('0.png'), '--json');
  expect((map.json as Listed).explanations[0].method).toBe('grad-cam');
});

it('refuses what is not there', async () => {
  const model = at('boxes.safetensors');
  await expect(explain(model, at('0.png'), '--target', 'bird')).rejects.toThrow(
    /--target bird: the model has no such class; its classes are cat, dog; a found box is meant by its number/,
  );
  await expect(explain(model, at('0.png'), '--target', '999')).rejects.toThrow(/there are \d+ boxes in .*0\.png/);
  await expect(explain(at('points.safetensors'), at('0.png'), '--target', 'ear')).rejects.toThrow(
    /no such point; .*nose, tail/,
  );
});
