import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy } from '../../src/formats/npy.js';
import { Random, sizeOf, Tensor, zoo, type Model, type Shape } from '../../src/index.js';
import { lastJson, striate, temporaryFolder, type Finished } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** A CIFAR ResNet for 24×24 pictures and seven classes, and its weights under PyTorch's names. */
let model: Model;
let weights: string;
const file = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  model = zoo.create('cifar_resnet20', { inputShape: [24, 24, 3], classes: 7, seed: 5 });
  weights = file('seven.safetensors');
  await model.saveWeights(weights, { format: 'pytorch' });
});
afterAll(async () => {
  await model.dispose();
  await folder.remove();
});

function random(shape: Shape): Tensor<'float32'> {
  const numbers = new Random(3);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => numbers.uniform() - 0.5),
  );
}

/** The same pictures with the channels behind the batch. */
function channelsFirst({ shape: [count, height, width, channels], data }: Tensor<'float32'>): Tensor<'float32'> {
  const area = height * width;
  const place = (i: number): number =>
    (Math.floor(i / (area * channels)) * area + (i % area)) * channels + (Math.floor(i / area) % channels);
  return new Tensor(
    'float32',
    [count, channels, height, width],
    data.map((_, i) => data[place(i)]),
  );
}

async function write(name: string, tensor: Tensor<'float32'>): Promise<string> {
  await writeFile(file(name), encodeNpy(tensor));
  return file(name);
}

async function read(name: string): Promise<Tensor<'float32'>> {
  return decodeNpy(await readFile(file(name)), name);
}

function expectLine({ code, stdout, stderr }: Finished, message: RegExp, expected = 1): void {
  expect(stderr).toMatch(message);
  expect([code, stdout]).toEqual([expected, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('sorry');
}

describe('run', () => {
  it('gives what the library gives, for the size of the input and the classes of the weights, in either layout', async () => {
    const x = random([3, 24, 24, 3]);
    const expected = await model.predict(x);
    const plain = ['run', 'cifar_resnet20', '--weights', weights, '--input', await write('x.npy', x)];
    const finished = await striate([...plain, '--output', file('y.npy'), '--json']);
    expect(finished.stderr).toBe('');
    expect(lastJson(finished)).toMatchObject({
      command: 'run',
      model: 'cifar_resnet20',
      weights,
      layout: 'NHWC',
      input: { shape: [3, 24, 24, 3] },
      output: { file: file('y.npy'), shape: [3, 7] },
    });
    expect(await read('y.npy')).toEqual(expected);
    const input = await write('first.npy', channelsFirst(x));
    const first = ['run', 'cifar_resnet20', '--weights', weights, '--input', input, '--layout', 'NCHW'];
    const { stdout } = await striate([...first, '--output', file('z.npy'), '--batch', '2']);
    expect(stdout).toBe(`${file('z.npy')}: [3, 7]\n`);
    expect((await read('z.npy')).data.every((value, i) => Math.abs(value - expected.data[i]) < 1e-4)).toBe(true);
  });

  it('takes saved models, and turns pictures that come out, too', async () => {
    const features = zoo.create('cifar_resnet20', { inputShape: [16, 16, 3], includeTop: false, seed: 2 });
    const saved = file('features.safetensors');
    await features.save(saved);
    const x = random([1, 16, 16, 3]);
    const input = await write('small.npy', channelsFirst(x));
    await striate(['run', saved, '--input', input, '--layout', 'NCHW', '--output', file('map.npy')]);
    expect(await read('map.npy')).toEqual(channelsFirst(await features.predict(x)));
    await features.dispose();
    const odd = await write('odd.npy', random([1, 3, 15, 16]));
    const args = ['run', saved, '--input', odd, '--layout', 'NCHW', '--output', file('no.npy')];
    expectLine(
      await striate(args),
      /odd\.npy: the model takes NCHW of \[N, 3, 16, 16\]; the file holds \[1, 3, 15, 16\]/,
    );
  });

  it('says what is wrong in one line', async () => {
    const x = await write('right.npy', random([1, 24, 24, 3]));
    const run = (...args: string[]): Promise<Finished> => striate(['run', ...args, '--output', file('out.npy')]);
    expectLine(await run('cifar_resnet20'), /--input <file>' not specified/, 2);
    expectLine(await run('cifar_resnet20', '--input', file('gone.npy')), /cannot read '.*gone\.npy': no such file/);
    expectLine(await run('cifar_resnet20', '--input', weights), /seven\.safetensors: not a sound \.npy file/);
    expectLine(await run('resnet1', '--input', x), /no file, run or model of the zoo called 'resnet1'.*resnet18/, 2);
    expectLine(
      await run('cifar_resnet20', '--input', x, '--weights', x),
      /right\.npy: is a NumPy array \(\.npy\); striate run takes it as --input\n$/,
    );
    expectLine(
      await run('resnet18', '--input', x, '--weights', weights),
      /seven\.safetensors: .* and \d+ more;.*another/,
    );
    const first = await write('nchw.npy', random([1, 3, 24, 24]));
    expectLine(await run('cifar_resnet20', '--input', first), /nchw\.npy: .* add --layout NCHW/);
    const single = await write('single.npy', random([24, 24, 3]));
    expectLine(await run('cifar_resnet20', '--input', single), /\[N, H, W, C\].*add an axis/);
    const nowhere = ['run', 'cifar_resnet20', '--input', x, '--weights', weights, '--output', file('no/where.npy')];
    expectLine(await striate(nowhere), /cannot write .*where\.npy/);
  });
});

describe('models', () => {
  it('lists every architecture with family, parameters, size, year and paper', async () => {
    const { stdout, code } = await striate(['models']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(zoo.list().length + 1);
    expect(lines.find((line) => line.startsWith('resnet50 '))).toMatch(
      /^resnet50 +ResNet +25,557,032 +224×224×3 +\d{4} +Deep Residual Learning/,
    );
  });

  it('filters, and gives JSON', async () => {
    const args = ['models', '--family', 'resnet', '--max-parameters', '12000000', '--json'];
    const { models } = lastJson(await striate(args)) as { models: { name: string; parameters: number }[] };
    expect(models.find(({ name }) => name === 'resnet18')).toMatchObject({
      family: 'ResNet',
      parameters: 11_689_512,
      inputShape: [224, 224, 3],
      weightNames: 'torchvision',
      preprocessing: { size: [224, 224], channels: 'RGB' },
    });
    expect(models.every(({ parameters }) => parameters <= 12e6)).toBe(true);
    expectLine(await striate(['models', '--family', 'roses']), /no family 'roses'; use one of .*ResNet/, 2);
    expectLine(await striate(['models', '--max-parameters', 'few']), /whole number/, 2);
  });
});

describe('predict with a model of the zoo', () => {
  it('prepares pictures as the architecture wants them, and names classes from a file', async () => {
    const picture = file('picture.png');
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c84' } })
      .png()
      .toFile(picture);
    const classes = file('classes.txt');
    await writeFile(classes, 'a\nb\nc\nd\ne\nf\ng\n');
    const args = ['predict', 'cifar_resnet20', picture, '--weights', weights, '--json'];
    const named = lastJson(await striate([...args, '--classes', classes, '--top', '7']));
    const [prediction] = named.predictions as { classes: { name: string; probability: number }[] }[];
    expect(prediction.classes.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(prediction.classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    await writeFile(classes, '{"0": ["n0", "one_name"]}');
    const failed = await striate([...args, '--classes', classes]);
    const where = expect.stringMatching(/classes\.txt$/) as string;
    const rule = 'has 1 names, the model tells 7 classes apart';
    expect(lastJson(failed)).toMatchObject({ command: 'predict', error: { where, rule }, exitCode: 1 });
    expectLine({ ...failed, stdout: '' }, /classes\.txt: has 1 names?, the model tells 7 classes/);
    await writeFile(classes, '{"0": 5}');
    expectLine(await striate([...args.slice(0, -1), '--classes', classes]), /classes\.txt: must be/);
  });

  it('asks for weights', async () => {
    expectLine(await striate(['predict', 'cifar_resnet20', 'x.png']), /without weights; .*--weights/);
  });
});
