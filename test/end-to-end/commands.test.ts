import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastJson, striate, temporaryFolder } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let weights: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  const args = ['train', '--data', 'xo', '--model', 'mnist_cnn', '--epochs', '1', '--out', join(folder.path, 'run')];
  const { code, stderr } = await striate(args);
  expect(stderr).not.toContain('sorry');
  expect(code).toBe(0);
  weights = join(folder.path, 'run', 'best.safetensors');
});
afterAll(() => folder.remove());

/** A picture of a letter as a person would draw it: dark on light, and larger than the model's input. */
async function drawn(name: string, path: string): Promise<string> {
  const stroke = 'fill="none" stroke="#223" stroke-width="7" stroke-linecap="round"';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#fffef8"/><path ${stroke} d="${path}"/></svg>`;
  const file = join(folder.path, name);
  await sharp(Buffer.from(svg)).png().toFile(file);
  return file;
}

describe('predict', () => {
  it('recognises pictures that people draw, and says that it inverted them', async () => {
    const x = await drawn('x.png', 'M26 24 L70 72 M70 24 L26 72');
    const o = await drawn('o.png', 'M48 22 A24 26 0 1 0 48.1 22 Z');
    const finished = await striate(['predict', weights, x, o, '--json']);
    expect(finished.code).toBe(0);
    expect(finished.stderr).toMatch(/^2 of 2 pictures were dark on light ground and were inverted/);
    const { predictions } = lastJson(finished) as {
      predictions: { picture: string; inverted: boolean; classes: { name: string; probability: number }[] }[];
    };
    expect(predictions.map(({ picture, inverted, classes }) => [picture, inverted, classes[0].name])).toEqual([
      [x, true, 'X'],
      [o, true, 'O'],
    ]);
    for (const { classes } of predictions) {
      expect(classes).toHaveLength(2);
      expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    }
    const [first, ...rest] = (await striate(['predict', weights, x, '--top', '1'])).stdout.trimEnd().split('\n');
    expect(first).toMatch(/^X +\d+\.\d %$/);
    expect(rest).toEqual([]);
  });

  it('names the picture that cannot be read', async () => {
    const path = join(folder.path, 'text.png');
    await writeFile(path, 'not a picture');
    const { code, stderr } = await striate(['predict', weights, path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^striate predict: .*text\.png: must be a picture/);
  });
});

describe('evaluate', () => {
  it('gives the accuracy that the run ended with', async () => {
    const finished = await striate(['evaluate', weights, '--data', 'xo', '--json']);
    expect(finished.code).toBe(0);
    const result = lastJson(finished) as { test: { loss: number; accuracy: number }; classes: { pictures: number }[] };
    expect(result).toMatchObject({ command: 'evaluate', data: 'xo' });
    expect(result.test.accuracy).toBeGreaterThan(0.95);
    expect(result.classes.map(({ pictures }) => pictures)).toEqual([500, 500]);
    const { stdout } = await striate(['evaluate', weights, '--data', 'xo']);
    expect(stdout).toContain(`accuracy ${(result.test.accuracy * 100).toFixed(2)} %`);
  });

  it('refuses data of another kind', async () => {
    const { code, stderr } = await striate(['evaluate', weights, '--data', 'digits']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/striate evaluate: .*2 classes.*digits.*10/);
    expect(stderr).not.toContain('    at ');
  });
});

describe('summary', () => {
  it('counts the digit CNN as the lectures do', async () => {
    const result = lastJson(await striate(['summary', 'mnist_cnn', '--json'])) as {
      layers: { name: string; type: string; output: number[]; parameters: number; receptiveField: number[] }[];
    };
    expect(result).toMatchObject({ model: 'mnist_cnn', parameters: 93322, trainable: 93322, statistics: 0 });
    expect(result.layers.map(({ parameters }) => parameters)).toEqual([320, 0, 18496, 0, 36928, 0, 36928, 650]);
    expect(result.layers[2]).toMatchObject({ type: 'Conv2D', output: [11, 11, 64], receptiveField: [8, 8] });
    const { stdout } = await striate(['summary', 'mnist_cnn']);
    expect(stdout).toContain('Total params: 93,322');
  });

  it('takes another input, and weights files', async () => {
    const larger = lastJson(await striate(['summary', 'mnist_cnn', '--input', '32x32x3', '--json']));
    expect(larger.parameters).toBeGreaterThan(93322);
    const file = lastJson(await striate(['summary', weights, '--json']));
    expect(file.parameters).toBeGreaterThan(93322);
    const small = await striate(['summary', 'mnist_cnn', '--input', '5x5x1']);
    expect(small.code).toBe(1);
    expect(small.stderr).toMatch(/^striate summary: .*(kernel|window|fit)/);
    expect((await striate(['summary', 'mnist_cnn', '--input', 'large'])).code).toBe(2);
  });

  it('draws the architecture where it is asked to', async () => {
    const file = join(folder.path, 'resnet18.svg');
    const { code, stdout, stderr } = await striate(['summary', 'resnet18', '--svg', file, '--json']);
    expect([code, stderr]).toEqual([0, expect.stringContaining(file)]);
    expect((JSON.parse(stdout) as { parameters: number }).parameters).toBe(11_689_512);
    const picture = await readFile(file, 'utf8');
    expect(picture).toMatch(/^<svg [^>]*>/);
    expect(picture).toContain('conv 7×7, 64 /2 · BN · ReLU');
    const nowhere = await striate(['summary', 'mnist_cnn', '--svg', join(folder.path, 'none', 'x.svg')]);
    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr).toMatch(/^striate summary: .*x\.svg/);
  });
});

it('doctor tells engines, SIMD, threads, memory and versions', async () => {
  const result = lastJson(await striate(['doctor', '--json'])) as {
    engines: { name: string; available: boolean; description: { simd: string; threads: number } }[];
  };
  expect(result).toMatchObject({ command: 'doctor', node: process.versions.node, cores: expect.any(Number) as number });
  const wasm = result.engines.find(({ name }) => name === 'wasm');
  expect(wasm?.available).toBe(true);
  expect(wasm?.description.simd).toMatch(/^(relaxed-)?simd$/);
  const { stdout, code } = await striate(['doctor']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^engine wasm +(relaxed-)?simd, \d+ threads?/m);
});

it('help and version go to standard output and end with 0', async () => {
  const help = await striate(['--help']);
  expect([help.code, help.stderr]).toEqual([0, '']);
  for (const name of ['train', 'evaluate', 'predict', 'summary', 'doctor']) expect(help.stdout).toContain(name);
  const version = await striate(['--version']);
  expect(version.stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  expect((await striate(['train', '--help'])).stdout).toContain('--resume');
});

it('a loss that turns NaN stops the run, and the last good weights stay', async () => {
  const run = join(folder.path, 'nan');
  const args = ['train', '--data', 'xo', '--model', 'mnist_cnn', '--optimizer', 'sgd', '--lr', '1e20', '--out', run];
  const { code, stderr } = await striate(args);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^striate train: .*loss became.*step \d+/m);
  expect(stderr).not.toContain('    at ');
  expect((await striate(['summary', join(run, 'last.safetensors')])).code).toBe(0);
});
