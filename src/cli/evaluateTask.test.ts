import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printedOutput, type Printed } from '../../test/printed.js';
import { annotatedFolder } from '../data/annotated/annotatedFolder.node.js';
import { cocoAnnotations } from '../data/annotated/cocoFile.js';
import { labelMapOf } from '../data/annotated/labelMapOf.js';
import { scenes } from '../data/scenes.js';
import { evaluateDetections, evaluateSegmentation } from '../measures/index.js';
import { createDetector, createSegmenter, loadDetector, loadSegmenter } from '../tasks/index.js';
import { evaluateCommand } from './evaluate.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const inputShape = [64, 64, 3];

/** Twelve drawn scenes as a folder in COCO's format, of another size than the networks take. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-evaluate-task-'));
  const { train } = scenes({ seed: 3, train: 12, test: 1, size: [72, 96], kinds: ['xo'] });
  await mkdir(at('photos/test'), { recursive: true });
  const pictures = [];
  for (let i = 0; i < train.size; i++) {
    const { data, width, height } = await train.pixels(i);
    const name = `test/${i}.png`;
    await sharp(data, { raw: { width, height, channels: 3 } }).toFile(at(`photos/${name}`));
    pictures.push({ ...train.picture(i), name });
  }
  await writeFile(at('photos/annotations.json'), JSON.stringify(cocoAnnotations(pictures, train)));
  // The other way round than in the data, and one more: classes are matched by their names.
  const classes = ['square', ...[...train.classNames].reverse()];
  await createDetector({ backbone: 'squeezenet1_1', head: 'ssd', classes, inputShape }).save(at('boxes.safetensors'));
  await createSegmenter('unet', { classes, inputShape, filters: 4, stages: 3 }).save(at('masks.safetensors'));
  await createDetector({ backbone: 'squeezenet1_1', head: 'ssd', classes: ['cat'], inputShape }).save(
    at('cats.safetensors'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function evaluate(...args: string[]): Promise<Printed> {
  const { output, printed } = printedOutput();
  await evaluateCommand(output).exitOverride().parseAsync(args, { from: 'user' });
  return printed;
}

it('striate evaluate gives COCO’s figures of a detector, in pixels of the pictures', async () => {
  const { test: set } = await annotatedFolder(at('photos'), { size: [64, 64] });
  const detector = await loadDetector(at('boxes.safetensors'));
  const found = [];
  for (let i = 0; i < set.size; i++) {
    const all = await detector.detect(at(`photos/${set.picture(i).name}`));
    const named = all.map((one) => ({ ...one, label: set.classNames.indexOf(one.name) }));
    found.push(named.filter(({ label }) => label >= 0));
  }
  const truth = Array.from({ length: set.size }, (_, i) => set.annotations(i));
  const { figures, perClass } = evaluateDetections(truth, found, { classNames: set.classNames });
  expect(set.size).toBe(12);

  const { json } = await evaluate(at('boxes.safetensors'), '--data', at('photos'), '--out', at('out'), '--json');
  const { test, classes, pictures } = json as {
    test: Record<string, number | null>;
    classes: { name: string; averagePrecision: number }[];
    pictures: number;
  };
  expect(pictures).toBe(12);
  expect(Object.keys(test)).toHaveLength(12);
  // Something is found by chance, so that the figures say something.
  expect(test.mar100).toBeGreaterThan(0);
  for (const [name, value] of Object.entries(test)) {
    if (value === null) expect(figures[name]).toBe(-1);
    else expect(value).toBeCloseTo(figures[name], 6);
  }
  expect(classes.map(({ name }) => name)).toEqual(set.classNames);
  classes.forEach(({ averagePrecision }, i) => expect(averagePrecision).toBeCloseTo(perClass[i].averagePrecision, 6));

  expect((await readdir(at('out'))).sort()).toEqual(
    ['annotations.json', 'architecture.svg', 'curves.csv', 'detections.json', 'evaluation.json', 'index.html'].sort(),
  );
  const results = JSON.parse(await readFile(at('out/detections.json'), 'utf8')) as unknown[];
  expect(results).toHaveLength(found.reduce((sum, { length }) => sum + length, 0));
  expect(JSON.parse(await readFile(at('out/evaluation.json'), 'utf8'))).toEqual(json);
  expect((await readFile(at('out/curves.csv'), 'utf8')).trim().split('\n')).toHaveLength(102);

  const text = await evaluate(at('boxes.safetensors'), '--data', at('photos'));
  expect(text.data[0]).toMatch(/^average precision, IoU 0.50 to 0.95 +0\.\d{3}$/);
  expect(text.data.some((line) => /^class +things +AP +AP at 0.5 +AR$/.test(line))).toBe(true);
});

it('striate evaluate gives each class’s IoU of a segmenter', async () => {
  const { test: set } = await annotatedFolder(at('photos'), { size: [64, 64] });
  const segmenter = await loadSegmenter(at('masks.safetensors'));
  const [truth, found] = [[], []] as { height: number; width: number; data: Uint8Array }[][];
  for (let i = 0; i < set.size; i++) {
    const picture = set.picture(i);
    const { labels, height, width } = await segmenter.segment(at(`photos/${picture.name}`));
    const names = ['__background__', ...set.classNames];
    const { data } = labelMapOf(picture, { height, width });
    truth.push({ height, width, data: data.map((label) => segmenter.classNames.indexOf(names[label])) });
    found.push({ height, width, data: Uint8Array.from(labels) });
  }
  const { meanIou, pixelAccuracy, iou } = evaluateSegmentation(truth, found, segmenter.classNames.length);
  const { json } = await evaluate(at('masks.safetensors'), '--data', at('photos'), '--json');
  const { test, classes } = json as { test: Record<string, number>; classes: { name: string; iou: number }[] };
  expect(test.meanIou).toBeCloseTo(meanIou, 9);
  expect(test.pixelAccuracy).toBeCloseTo(pixelAccuracy, 9);
  for (const one of classes) expect(one.iou).toBeCloseTo(iou[segmenter.classNames.indexOf(one.name)], 9);
  const text = await evaluate(at('masks.safetensors'), '--data', at('photos'));
  expect(text.data[0]).toMatch(/^mean IoU 0\.\d{3}, pixel accuracy 0\.\d{3}, boundary F 0\.\d{3}$/);
});

it('refuses data that do not suit', async () => {
  const model = at('boxes.safetensors');
  await expect(evaluate(model, '--data', 'digits')).rejects.toThrow(/without boxes or masks; give scenes, or a folder/);
  await expect(evaluate(model)).rejects.toThrow(/--data is missing/);
  await expect(evaluate(at('cats.safetensors'), '--data', at('photos'))).rejects.toThrow(
    /the model has no class 'X' of the data 'photos'; its classes are cat/,
  );
  await expect(evaluate(model, '--data', at('photos'), '--part', 'validation')).rejects.toThrow(/no validation part/);
});
