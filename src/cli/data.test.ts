import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataCommand } from './data.js';
import { printedOutput, type Printed } from '../../test/printed.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-data-'));
  for (const [name, background] of [['green & co', '#0a0'] as const, ['red', '#d00'] as const]) {
    await mkdir(join(folder, 'photos', name), { recursive: true });
    for (let i = 0; i < 5; i++) {
      const picture = sharp({ create: { width: 30, height: 20, channels: 3, background } });
      await picture.toFile(join(folder, 'photos', name, `${i}.png`));
    }
  }
  await writeFile(join(folder, 'photos', 'red', 'broken.jpg'), 'x');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs `striate data …` and collects what it prints. */
async function run(...args: string[]): Promise<Printed> {
  const { output, printed } = printedOutput();
  await dataCommand(output).exitOverride().parseAsync(args, { from: 'user' });
  return printed;
}

it('draws a sheet with a row for each class, the same one for a seed', async () => {
  const sheet = (name: string): string => join(folder, name);
  const photos = join(folder, 'photos');
  const args = ['preview', photos, '--augment', 'basic', '--count', '3', '--size', '32x40'];
  const { progress, json } = await run(...args, '--output', sheet('a.png'), '--json');
  expect(progress).toEqual([
    '1 of 11 files was skipped: red/broken.jpg (it is not a picture (JPEG, PNG, WebP, GIF, TIFF or AVIF) by its content)',
    `6 examples of 2 classes: ${sheet('a.png')}`,
  ]);
  expect(json).toMatchObject({ examples: 6, width: 160, height: 2 * (22 + 32 + 4) + 4 });
  const { data, info } = await sharp(sheet('a.png')).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (row: number, column: number): number[] => [
    ...data.subarray((row * info.width + column) * 3).subarray(0, 3),
  ];
  // The middles of the first example of each row: augmentation turns and shifts one colour into itself.
  expect(at(22 + 16, 24)).toEqual([0, 170, 0]);
  expect(at(58 + 22 + 16, 24)).toEqual([221, 0, 0]);
  // The name of the first class stands above it.
  const text = data.subarray(0, 20 * info.width * 3);
  expect(text.some((byte) => byte < 128)).toBe(true);
  await run(...args, '--output', sheet('b.png'));
  expect(await readFile(sheet('b.png'))).toEqual(await readFile(sheet('a.png')));
});

it('draws sets in memory, too, and says what stands in the way', async () => {
  const { json } = await run(
    'preview',
    'xo',
    '--count',
    '2',
    '--augment',
    'basic',
    '--output',
    join(folder, 'xo.webp'),
    '--json',
  );
  expect(json).toMatchObject({ data: 'xo', examples: 4 });
  await expect(run('preview', 'xo', '--output', join(folder, 'sheet.foo'))).rejects.toThrow(
    /--output .*must end in \.png/,
  );
  await expect(run('preview', join(folder, 'none'), '--output', 'x.png')).rejects.toThrow(/no data set or folder/);
});

it('counts the examples of each class and finds broken files', async () => {
  const { data, progress } = await run('info', join(folder, 'photos'));
  expect(data).toEqual([
    'photos: 2 classes, examples of [150, 150, 3]',
    'class       train  validation  broken',
    'green & co      4           1       0',
    'red             4           1       1',
  ]);
  expect(progress[0]).toMatch(/^1 of 11 files was skipped: red\/broken\.jpg/);
  // One that begins as a picture does, and ends too early: it is not counted as the one that stands in for it.
  const whole = await readFile(join(folder, 'photos', 'green & co', '1.png'));
  await writeFile(join(folder, 'photos', 'green & co', 'cut.png'), whole.subarray(0, whole.length - 30));
  const { json } = await run('info', join(folder, 'photos'), '--json');
  await rm(join(folder, 'photos', 'green & co', 'cut.png'));
  const { classes } = json as { classes: { train: number; validation: number; broken: number }[] };
  expect(classes.map(({ broken }) => broken)).toEqual([1, 1]);
  expect(classes.map(({ train, validation }) => train + validation)).toEqual([5, 5]);
  await expect(run('info', join(folder, 'photos'), '--strict')).rejects.toThrow(/red\/broken\.jpg: must be a picture/);
});
