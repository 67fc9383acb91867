import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { printedOutput, type Printed } from '../../../test/printed.js';
import { sceneFolder } from '../../../test/sceneFolder.js';
import { loadDetector, loadKeypointDetector, loadSegmenter } from '../../tasks/index.js';
import { modelFromBytes, type Model } from '../../models/index.js';
import { zoo } from '../../zoo/index.js';
import { evaluateCommand } from '../evaluate.js';
import { predictCommand } from '../predict.js';
import { trainCommand } from './train.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const commands = { train: trainCommand, evaluate: evaluateCommand, predict: predictCommand };

async function striate(name: keyof typeof commands, ...args: string[]): Promise<Printed> {
  const { output, printed } = printedOutput();
  await commands[name](output).exitOverride().parseAsync(args, { from: 'user' });
  return printed;
}
const train = (...args: string[]): Promise<Printed> => striate('train', '--seed', '2', '--threads', '2', ...args);

/** Twenty drawn scenes with one letter each as a folder in COCO's format. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-train-task-'));
  await sceneFolder(at('letters'), { seed: 3, train: 20, size: 64, kinds: ['xo'], things: [1, 1] });
  await zoo.create('squeezenet1_1', { inputShape: [64, 64, 3], classes: 2 }).save(at('classifier.safetensors'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => void (process.exitCode = undefined));

const readModel = async (file: string): Promise<Model> => modelFromBytes(await readFile(file));
const small = ['--input', '64x64x3', '--epochs', '2'];

describe('striate train --task', () => {
  it('detect trains a head on a backbone, and leaves a run that evaluate and predict take', async () => {
    const args = ['--task', 'detect', '--data', at('letters'), '--model', 'squeezenet1_1', ...small];
    const { json, progress } = await train(...args, '--out', at('boxes'), '--json');
    expect(json).toMatchObject({ command: 'train', task: 'detect', model: 'squeezenet1_1', testedOn: 'validation' });
    const { epochs, test } = json as { epochs: Record<string, number>[]; test: Record<string, number | null> };
    expect(epochs).toHaveLength(2);
    for (const epoch of epochs) {
      const parts = epoch.classification + epoch.boxRegression + epoch.centerness;
      expect(parts).toBeCloseTo(epoch.loss, 4);
      expect(epoch.valLoss).toBeGreaterThan(0);
    }
    expect(Object.keys(test)).toHaveLength(12);
    expect(progress.join('\n')).toMatch(
      /^Training squeezenet1_1, head fcos \([\d,]+ parameters\) on the boxes of 16 pic/m,
    );
    expect(await readdir(at('boxes'))).toEqual(
      expect.arrayContaining([
        ...['best.safetensors', 'last.safetensors', 'results.csv', 'run.json', 'detections.json'],
        ...['index.html', 'curves.svg', 'curves.png', 'architecture.svg'],
      ]),
    );
    const page = await readFile(at('boxes/index.html'), 'utf8');
    for (const id of ['worst', 'curves', 'precision', 'confusion', 'classes', 'model', 'settings', 'files'])
      expect(page).toContain(`id="${id}"`);
    expect(page).toMatch(/<strong>\d+ of \d+<\/strong> things/);
    const [head, ...rows] = (await readFile(at('boxes/results.csv'), 'utf8')).trim().split('\n');
    expect(head).toMatch(/^epoch,loss,.*classification.*,valLoss.*valMap50.*,learningRate,seconds$/);
    expect(rows).toHaveLength(2);
    expect((await loadDetector(at('boxes/best.safetensors'))).classNames).toEqual(['__background__', 'X', 'O']);

    const tried = await striate('evaluate', at('boxes/last.safetensors'), '--data', at('letters'), '--json');
    expect((tried.json as { test: object }).test).toEqual(test);
    expect((await striate('predict', at('boxes'), at('letters/0.png'), '--json')).json).toMatchObject({
      task: 'detect',
    });
  });

  it('segment trains a U-Net, or a head on a classifier’s file, which stays as it is', async () => {
    const data = ['--task', 'segment', '--data', at('letters')];
    const { json } = await train(...data, '--model', 'unet', ...small, '--out', at('unet'), '--json');
    expect((json as { test: Record<string, number> }).test.meanIou).toBeGreaterThan(0);
    expect((await loadSegmenter(at('unet/last.safetensors'))).architecture).toBe('unet');

    const file = at('classifier.safetensors');
    await train(...data, '--model', file, '--head', 'lraspp', '--epochs', '1', '--out', at('masks'));
    const before = await readModel(file);
    const after = await readModel(at('masks/last.safetensors'));
    const [own, kept] = [await before.getWeights(), await after.getWeights()];
    const shared = [...kept.keys()].filter((name) => own.has(name));
    expect(shared.length).toBeGreaterThan(20);
    for (const name of shared) expect(kept.get(name)!.data).toEqual(own.get(name)!.data);
  });

  it('keypoints trains a network for points, which evaluate and predict take', async () => {
    const args = [
      '--task',
      'keypoints',
      '--data',
      at('letters'),
      '--model',
      'squeezenet1_1',
      '--head',
      'joined',
      ...small,
    ];
    const { json, data } = await train(...args, '--out', at('points'), '--json');
    expect(data).toEqual([]);
    const { test, points } = json as { test: Record<string, number>; points: { name: string; labelled: number }[] };
    expect(points.map(({ name }) => name)).toEqual(['top', 'right', 'bottom', 'left', 'centre']);
    expect(test.oks).toBeGreaterThanOrEqual(0);
    const text = await striate('evaluate', at('points/last.safetensors'), '--data', at('letters'));
    expect(text.data[0]).toBe(`PCK@0.1 ${test.pck.toFixed(3)}, object keypoint similarity ${test.oks.toFixed(3)}`);

    const pose = await loadKeypointDetector(at('points/best.safetensors'));
    const found = await pose.detect(at('letters/0.png'));
    const drawn = await striate('predict', at('points'), at('letters/0.png'), '--output', at('pose.png'), '--json');
    const { predictions } = drawn.json as { predictions: { points: { name: string; x: number; y: number }[] }[] };
    predictions[0].points.forEach(({ name, x, y }, i) => {
      expect(name).toBe(found[i].name);
      expect(Math.hypot(x - found[i].x, y - found[i].y)).toBeLessThan(0.02);
    });
    const before = await sharp(at('letters/0.png')).removeAlpha().raw().toBuffer();
    expect((await sharp(at('pose.png')).removeAlpha().raw().toBuffer()).equals(before)).toBe(false);
    await striate('predict', at('points'), at('letters/0.png'), at('letters/1.png'), '--output', at('pose.json'));
    const results = JSON.parse(await readFile(at('pose.json'), 'utf8')) as { keypoints: number[] }[];
    expect(results.map(({ keypoints }) => keypoints.length)).toEqual([15, 15]);
  });
});

describe('what does not go together', () => {
  const detect = (...args: string[]): Promise<Printed> => train('--task', 'detect', '--data', at('letters'), ...args);
  it.each([
    [['--model', 'unet'], /unet: finds masks, and --task detect learns boxes; train it with --task segment/],
    [['--model', 'lraspp_mobilenet_v3_large'], /finds masks, and --task detect/],
    [['--model', 'squeezenet1_1', '--head', 'unet'], /--head unet: is no head for boxes; there are fcos, ssd/],
    [['--model', 'ssdlite320_mobilenet_v3_large', '--head', 'ssd'], /ssdlite320_mobilenet_v3_large has a head/],
    [['--model', 'squeezenet1_1', '--suspects'], /--suspects: is for classifiers of whole pictures/],
    [['--model', 'squeezenet1_1', '--fine-tune', '2'], /--fine-tune: is for classifiers/],
    [['--model', 'squeezenet1_1', '--reduce-lr', '2'], /one cycle, to its end; .*--optimizer adam/],
    [['--model', 'squeezenet1_1', '--find-lr'], /--find-lr: is for classifiers/],
    [['--model', 'squeezenet1_2'], /did you mean squeezenet1_0 or squeezenet1_1/],
  ])('is refused: %j', async (args, message) => {
    await expect(detect(...args)).rejects.toThrow(message);
  });

  it('nor do data without what is learned', async () => {
    await expect(train('--task', 'segment', '--data', 'digits', '--model', 'unet')).rejects.toThrow(
      /without boxes or m/,
    );
    await expect(train('--data', 'scenes', '--model', 'squeezenet1_1')).rejects.toThrow(/train --task detect/);
    await expect(train('--data', 'digits', '--model', 'ssd300_vgg16')).rejects.toThrow(/--task detect/);
  });
});
