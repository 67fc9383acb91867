import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printedOutput, type Printed } from '../../test/printed.js';
import { dataCommand } from './data.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-boxes-'));
  await mkdir(join(folder, 'images'));
  await mkdir(join(folder, 'labels'));
  const create = { width: 64, height: 48, channels: 3, background: '#ffffff' } as const;
  for (let i = 0; i < 5; i++) {
    await sharp({ create }).toFile(join(folder, 'images', `${i}.png`));
    await writeFile(join(folder, 'labels', `${i}.txt`), i === 4 ? '9 0.5 0.5 0.2 0.2\n' : '0 0.5 0.5 0.5 0.5\n');
  }
  await writeFile(join(folder, 'data.yaml'), 'names: [cat]\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<Printed> {
  const { output, printed } = printedOutput();
  await dataCommand(output).exitOverride().parseAsync(args, { from: 'user' });
  return printed;
}

it('data info counts the things in pictures, and names what is wrong with annotations', async () => {
  const { data, progress } = await run('info', folder);
  expect(data[0]).toContain('(YOLO): 5 pictures, 1 of them without a thing; 0 masks, 0 things with points');
  expect(data[1].split(/ +/)).toEqual(['class', 'train', 'validation']);
  expect(progress.join()).toContain("1 × things are of a class that is not listed: labels/4.txt, line 1 ('9')");
  const { json } = await run('info', folder, '--json');
  expect(json).toMatchObject({
    format: 'YOLO',
    pictures: { train: 4, validation: 1 },
    problems: [{ kind: 'unknownClass' }],
  });
});

it('data preview draws boxes on pictures', async () => {
  const file = join(folder, 'sheet.png');
  const { json } = await run('preview', folder, '--count', '2', '--size', '64x64', '--output', file, '--json');
  expect(json).toMatchObject({ examples: 4, format: 'YOLO' });
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  // The left edge of the first picture's box: a quarter of the width in, on a picture that is white.
  const at = (x: number, y: number): number[] => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
  const edge = [18, 19, 20, 21].map((x) => at(x, 45));
  expect(edge.some(([red, green, blue]) => red + green + blue < 700)).toBe(true);
  expect(at(36, 45)).toEqual([255, 255, 255]);
});

it('the drawn scenes are shown, too', async () => {
  const file = join(folder, 'scenes.png');
  const { json } = await run('preview', 'scenes', '--count', '2', '--size', '64x64', '--output', file, '--json');
  expect(json).toMatchObject({ examples: 4, format: 'drawn' });
});
