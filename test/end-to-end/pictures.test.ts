import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layers, loadModel, sequential } from '../../src/index.js';
import { lastJson, striate, temporaryFolder } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const file = (name: string): string => join(folder.path, name);
const data = process.env.STRIATE_DATA;

interface Shown {
  readonly picture: string;
  readonly classes: readonly { readonly name: string; readonly index: number; readonly probability: number }[];
}

/** Which class is brighter in red, green or blue: a model with nothing to learn, and pictures for it. */
async function colours(): Promise<void> {
  const model = sequential({
    name: 'colours',
    layers: [layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }), layers.dense({ units: 3, name: 'out' })],
  });
  const weights = await model.getWeights();
  weights.get('out/kernel')!.data.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  await model.setWeights(weights);
  model.classNames = ['red', 'green', 'blue'];
  await model.save(file('colours.safetensors'));
  await model.dispose();
  for (const [name, background] of Object.entries({ blue: '#22c', green: '#2c2', red: '#c22' })) {
    await mkdir(file(`photos/${name}`), { recursive: true });
    for (let i = 0; i < 10; i++) {
      await sharp({ create: { width: 20 + i, height: 12, channels: 3, background } })
        .png()
        .toFile(file(`photos/${name}/${i}.png`));
    }
  }
  await writeFile(file('photos/blue/notes.txt'), 'no picture');
  await writeFile(file('photos/red/broken.png'), 'no picture, but called one');
}

beforeAll(async () => {
  folder = await temporaryFolder();
  await colours();
});
afterAll(() => folder.remove());

describe('evaluate', () => {
  it('brings classes together by name, and tells precision, recall and F1', async () => {
    const out = file('page');
    const args = ['evaluate', file('colours.safetensors'), '--data', file('photos'), '--out', out, '--json'];
    const finished = await striate(args);
    expect(finished.code).toBe(0);
    const result = lastJson(finished) as {
      test: { accuracy: number; f1: number };
      classes: { name: string; f1: number }[];
      confusion: number[][];
    };
    expect(result.test).toMatchObject({ accuracy: 1, precision: 1, recall: 1, f1: 1 });
    expect(result.classes.map(({ name }) => name)).toEqual(['red', 'green', 'blue']);
    expect(result.confusion).toEqual([
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ]);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('No picture was mistaken');
    expect(await readFile(join(out, 'classes.csv'), 'utf8')).toMatch(
      /^class,pictures,precision,recall,f1\nred,2,1,1,1\n/,
    );
  });

  it('prepares pictures as it is told, and shows them right all the same', async () => {
    // In the order of BGR, red is taken for blue.
    await writeFile(file('bgr.json'), '{"channels": "BGR", "mean": [0.5], "std": [0.25]}');
    const out = file('wrong');
    const args = [
      'evaluate',
      file('colours.safetensors'),
      '--data',
      file('photos'),
      '--preprocessing',
      file('bgr.json'),
    ];
    const { stdout, code } = await striate([...args, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^accuracy 33\.33 %/);
    expect(stdout).toMatch(/red +2 +0\.00 % +0\.00 % +0\.00 % +blue \(2 times\)/);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    const [, card] = /<img src="data:image\/png;base64,([^"]+)"[^>]*alt="[^"]*a red taken for blue"/.exec(page)!;
    const { data: pixels } = await sharp(Buffer.from(card, 'base64')).raw().toBuffer({ resolveWithObject: true });
    expect([...pixels.subarray(0, 3)]).toEqual([0xcc, 0x22, 0x22]);
  });

  it('says what to do where classes do not fit', async () => {
    const finished = await striate(['evaluate', file('colours.safetensors'), '--data', 'xo']);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toMatch(/3 classes apart, but 'xo' has 2 .*does not know.*train --data xo --model/);
    const { stderr, code } = await striate([
      'evaluate',
      file('colours.safetensors'),
      '--data',
      'xo',
      '--preprocessing',
      'x',
    ]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/--preprocessing 'x': must be torch, tf, caffe/)]);
  });
});

describe('predict', () => {
  it('goes through folders, leaves out what cannot be read, and writes CSV', async () => {
    const csv = file('all.csv');
    const args = ['predict', file('colours.safetensors'), file('photos'), '--csv', csv, '--top', '2', '--batch', '7'];
    const { code, stderr, stdout } = await striate(args);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/left out: .*broken\.png: must be a picture/);
    expect(stderr).toContain('1 of 31 pictures could not be read');
    const lines = (await readFile(csv, 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe('picture,class,index,probability,class2,index2,probability2');
    expect(lines).toHaveLength(31);
    for (const line of lines.slice(1)) {
      const [path, name] = line.split(',');
      expect(path).toContain(`/photos/${name}/`);
    }
    const printed = await striate([...args.slice(0, 3), '--csv', '-']);
    expect(printed.stdout.trimEnd().split('\n')).toHaveLength(31);
  });

  it('fails only where nothing can be read', async () => {
    const broken = file('photos/red/broken.png');
    const none = await striate(['predict', file('colours.safetensors'), broken, file('gone.png')]);
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/none of 2 pictures can be read; .*broken\.png/);
    await mkdir(file('empty'), { recursive: true });
    const empty = await striate(['predict', file('colours.safetensors'), file('empty')]);
    expect(empty.stderr).toMatch(/empty: there is no picture/);
    const some = await striate(['predict', file('colours.safetensors'), broken, file('photos/red/1.png'), '--json']);
    expect(some.code).toBe(0);
    expect(lastJson(some)).toMatchObject({ predictions: [{ inverted: false }], unread: [{ picture: broken }] });
  });
});

it('train has the model say how its pictures were prepared, and predict does the same', async () => {
  const run = file('run');
  const args = [
    'train',
    '--data',
    file('photos'),
    '--model',
    file('colours.safetensors'),
    '--epochs',
    '1',
    '--preprocessing',
    'tf',
    '--out',
    run,
  ];
  expect(await striate(args)).toMatchObject({ code: 0 });
  const best = await loadModel(join(run, 'best.safetensors'));
  expect(best.preprocessing).toMatchObject({
    size: [8, 8],
    fit: 'stretch',
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    channels: 'RGB',
  });
  await best.dispose();
  const finished = await striate(['predict', join(run, 'best.safetensors'), file('photos/red/0.png'), '--json']);
  expect(finished).toMatchObject({ code: 0 });
  expect(finished.stderr).not.toMatch(/does not say/);
});

describe.skipIf(!data)('models of others (needs STRIATE_DATA)', () => {
  const pretrained = (name: string): string => join(data ?? '', 'pretrained', name);
  const photo = (name: string): string => join(data ?? '', 'photos', name);

  it('the imported ResNet-20 scores 0.915 on CIFAR-10’s test pictures', async () => {
    const finished = await striate(['evaluate', pretrained('resnet20-cifar10.onnx'), '--data', 'cifar10', '--json']);
    expect(finished.stderr).toMatch(/does not say how its pictures are prepared; taken: torch .*--preprocessing tf/);
    const { test } = lastJson(finished) as { test: { accuracy: number } };
    expect(Math.abs(test.accuracy - 0.915)).toBeLessThanOrEqual(0.002);
  });

  it('the SqueezeNet of an ONNX file sees the elephant, also as a saved model', async () => {
    const picture = photo('creative_commons_elephant.jpg');
    const saved = file('squeezenet.safetensors');
    const args = [pretrained('squeezenet1_1-imagenet.onnx'), '--preprocessing', 'rgb-means'];
    expect(await striate(['import', ...args, '--output', saved])).toMatchObject({ code: 0, stderr: '' });
    for (const call of [
      [...args, picture],
      [saved, picture],
    ]) {
      const { predictions } = lastJson(await striate(['predict', ...call, '--json'])) as { predictions: Shown[] };
      const [first, second] = predictions[0].classes;
      expect([first.name, second.name]).toEqual(['African elephant', 'tusker']);
      expect(first.probability).toBeCloseTo(0.678, 3);
      expect(second.probability).toBeCloseTo(0.093, 3);
    }
  });

  it('Keras’s files predict and are tried', async () => {
    const person = ['predict', pretrained('vww_96.h5'), photo('owl.jpg'), '--json'];
    const { predictions } = lastJson(await striate(person)) as { predictions: Shown[] };
    expect(predictions[0].classes).toHaveLength(2);
    const args = [
      'evaluate',
      pretrained('pretrainedResnet.h5'),
      '--data',
      'cifar10',
      '--preprocessing',
      '0-255',
      '--json',
    ];
    const { test } = lastJson(await striate(args)) as { test: { accuracy: number } };
    // MLPerf Tiny asks for 85 % of it on its own choice of pictures.
    expect(test.accuracy).toBeGreaterThan(0.83);
  });
});
