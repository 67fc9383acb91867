import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printedOutput, type Printed } from '../../test/printed.js';
import { readLabelPng } from '../data/annotated/labelPng.node.js';
import { createDetector, createSegmenter, loadDetector, loadSegmenter } from '../tasks/index.js';
import { zoo } from '../zoo/index.js';
import { exportCommand } from './export.js';
import { predictCommand } from './predict.js';
import { projectCommand } from './project.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const inputShape = [64, 64, 3];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-predict-task-'));
  const create = { width: 90, height: 60, channels: 3, background: '#ffffff' } as const;
  const square = { create: { width: 30, height: 20, channels: 3, background: '#a01010' } } as const;
  for (const name of ['7', '12']) {
    await sharp({ create })
      .composite([{ input: square, left: 20, top: 25 }])
      .toFile(at(`${name}.png`));
  }
  await writeFile(at('no.png'), 'no picture');
  const classes = ['cat', 'dog'];
  await createDetector({ backbone: 'squeezenet1_1', head: 'ssd', classes, inputShape }).save(at('boxes.safetensors'));
  await createSegmenter('unet', { classes, inputShape, filters: 4, stages: 3 }).save(at('masks.safetensors'));
  await zoo.create('squeezenet1_1', { inputShape, classes: 2 }).save(at('names.safetensors'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function predict(...args: string[]): Promise<Printed> {
  const { output, printed } = printedOutput();
  await predictCommand(output).exitOverride().parseAsync(args, { from: 'user' });
  return printed;
}

describe('striate predict with a detector', () => {
  it('says what the detector finds, where, and how surely', async () => {
    const { json } = await predict(at('boxes.safetensors'), at('7.png'), '--threshold', '0.3', '--json');
    const detector = await loadDetector(at('boxes.safetensors'));
    const found = await detector.detect(at('7.png'), { scoreThreshold: 0.3 });
    expect(found.length).toBeGreaterThan(0);
    const { task, predictions } = json as {
      task: string;
      predictions: { detections: { name: string; index: number; score: number; box: number[] }[] }[];
    };
    expect(task).toBe('detect');
    expect(predictions[0].detections.map(({ name, index }) => [name, index])).toEqual(
      found.map(({ name, label }) => [name, label]),
    );
    predictions[0].detections.forEach(({ score, box }, i) => {
      expect(score).toBeCloseTo(found[i].score, 5);
      box.forEach((edge, side) => expect(edge).toBeCloseTo(found[i].box[side], 1));
    });
    const text = await predict(at('boxes.safetensors'), at('7.png'), '--threshold', '0.3');
    expect(text.data).toHaveLength(found.length);
    expect(text.data[0]).toMatch(/^(cat|dog) +\d+\.\d % +\[\d+, \d+, \d+, \d+\]$/);
    expect((await predict(at('boxes.safetensors'), at('7.png'), '--threshold', '1')).data).toEqual(['nothing']);
  });

  it('draws boxes over pictures of their own size, and leaves out what is none', async () => {
    const all = [at('7.png'), at('12.png'), at('no.png')];
    const { progress } = await predict(at('boxes.safetensors'), ...all, '--threshold', '0.3', '--output', at('found'));
    expect(progress.join()).toContain('1 of 3 pictures could not be read');
    const drawn = sharp(at('found/12.png')).removeAlpha().raw();
    const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([90, 60]);
    const before = await sharp(at('12.png')).removeAlpha().raw().toBuffer();
    expect(data.equals(before)).toBe(false);
    const one = await predict(at('boxes.safetensors'), at('7.png'), '--threshold', '1', '--output', at('one.png'));
    expect(one.progress.join()).toContain('1 drawn');
    // Nothing was found, so that the picture is as it was.
    expect((await sharp(at('one.png')).removeAlpha().raw().toBuffer()).equals(before)).toBe(true);
  });

  it('writes results as COCO has them, under the numbers that files are called by', async () => {
    await predict(at('boxes.safetensors'), at('7.png'), at('12.png'), '--output', at('results.json'));
    const results = JSON.parse(await readFile(at('results.json'), 'utf8')) as Record<string, unknown>[];
    const detector = await loadDetector(at('boxes.safetensors'));
    const found = await detector.detect(at('7.png'));
    const own = results.filter(({ image_id: id }) => id === 7);
    expect(own).toHaveLength(found.length);
    const [x1, y1, x2, y2] = found[0].box;
    expect(own[0]).toEqual({
      ...{ image_id: 7, category_id: found[0].label, score: found[0].score },
      bbox: [x1, y1, x2 - x1, y2 - y1],
    });
    expect(new Set(results.map(({ image_id: id }) => id))).toEqual(new Set([7, 12]));
  });

  it('is exported with its boxes decoded', async () => {
    const { output } = printedOutput();
    const args = [at('boxes.safetensors'), '--output', at('boxes.onnx'), '--opset', '17'];
    await exportCommand(output).exitOverride().parseAsync(args, { from: 'user' });
    expect((await readFile(at('boxes.onnx'))).includes('NonMaxSuppression')).toBe(true);
  });
});

describe('striate predict with a segmenter', () => {
  it('says how much of a picture is of each class, and writes each pixel’s class', async () => {
    const { json } = await predict(at('masks.safetensors'), at('7.png'), '--output', at('masks'), '--json');
    const segmenter = await loadSegmenter(at('masks.safetensors'));
    const { labels, areas } = await segmenter.segment(at('7.png'));
    const { predictions } = json as { predictions: { classes: { index: number; pixels: number }[] }[] };
    for (const { index, pixels } of predictions[0].classes) expect(pixels).toBe(areas[index]);
    expect(predictions[0].classes.reduce((sum, { pixels }) => sum + pixels, 0)).toBe(90 * 60);
    // As the reader of data sets has them.
    expect(readLabelPng(await readFile(at('masks/7-labels.png')))).toEqual({ height: 60, width: 90, data: labels });
    expect(existsSync(at('masks/7.png'))).toBe(true);
  });

  it('has no scores and no COCO boxes', async () => {
    await expect(predict(at('masks.safetensors'), at('7.png'), '--threshold', '0.2')).rejects.toThrow(
      /--threshold: is/,
    );
    await expect(predict(at('masks.safetensors'), at('7.png'), '--output', 'x.json')).rejects.toThrow(/masks of cl/);
  });
});

describe('a model of another kind', () => {
  it('is refused, with what takes it', async () => {
    const { output } = printedOutput();
    for (const model of ['ssd300_vgg16', at('boxes.safetensors')]) {
      const args = [model, '--data', 'digits', '--output', at('x.png')];
      await expect(projectCommand(output).exitOverride().parseAsync(args, { from: 'user' })).rejects.toThrow(
        /finds boxes, masks or points in pictures, .*striate predict, evaluate, explain and export take it/,
      );
    }
    const picture = at('7.png');
    await expect(predict(at('names.safetensors'), picture, '--threshold', '0.2')).rejects.toThrow(
      /--threshold: does not go with a model that names whole pictures/,
    );
    await expect(predict(at('boxes.safetensors'), picture, '--top', '3')).rejects.toThrow(
      /--top: does not go with a d/,
    );
    await expect(predict('ssd300_vgg16', picture)).rejects.toThrow(/without weights; .*--weights coco/);
    await expect(predict('ssd300_vgg16', picture, '--weights', 'x', '--classes', 'y')).rejects.toThrow(/--classes/);
    await expect(predict(at('boxes.safetensors'), picture, at('12.png'), '--output', 'x.png')).rejects.toThrow(
      /is one file for 2 pictures; name a folder/,
    );
  });
});
