import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { striate, temporaryFolder } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** Expects one clear line, and no stack trace. */
async function expectRefusal(
  args: readonly string[],
  code: number,
  message: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const finished = await striate(args, env, folder.path);
  expect(finished.stderr).toMatch(message);
  expect(finished.code).toBe(code);
  expect(finished.stderr).not.toMatch(/\n\s+at |sorry/);
  expect(finished.stdout).toBe('');
  expect(finished.stderr.trim().split('\n')).toHaveLength(1);
}

describe('wrong usage ends with code 2', () => {
  it.each([
    [['fly'], /unknown command 'fly'/],
    [['train', '--epoch', '3'], /unknown option '--epoch'/],
    [['train', '--data', 'xo', '--model', 'mnist_cnn', '--epochs', 'many'], /whole number/],
    [['train', '--data', 'xo', '--model', 'mnist_cnn', '--lr', '-1'], /greater than 0/],
    [['train', '--data', 'xo', '--model', 'mnist_cnn', '--optimizer', 'magic'], /adam/],
    [['train', '--model', 'mnist_cnn'], /^striate train: --data is missing/],
    [['train', '--data', 'xo'], /^striate train: --model is missing/],
    [['predict'], /missing required argument/],
    [['summary'], /missing required argument/],
  ])('%j', async (args, message) => {
    await expectRefusal(args, 2, message);
  });
});

describe('what cannot work ends with code 1', () => {
  it('unknown data, models and files', async () => {
    await expectRefusal(['train', '--data', 'moon', '--model', 'mnist_cnn'], 1, /^striate train: .*'moon'.*mnist/);
    await expectRefusal(['train', '--data', 'xo', '--model', 'mnist_cn'], 1, /^striate train: .*mnist_cn.*mnist_cnn/);
    await expectRefusal(['summary', 'gone.safetensors'], 1, /^striate summary: .*gone\.safetensors/);
    await expectRefusal(['train', '--resume', 'nowhere'], 1, /^striate train: .*nowhere.*run\.json/);
  });

  it('a damaged weights file', async () => {
    const path = join(folder.path, 'damaged.safetensors');
    await writeFile(path, Buffer.concat([Buffer.from([200, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"a":')]));
    await expectRefusal(['summary', path], 1, /^striate summary: .*damaged\.safetensors/);
  });

  it('a picture that is none', async () => {
    const path = join(folder.path, 'text.png');
    await writeFile(path, 'not a picture');
    await expectRefusal(['predict', 'mnist_cnn', path], 1, /^striate predict: .*(weights|picture)/);
  });

  it.skipIf(process.getuid?.() === 0)('an unwritable folder', async () => {
    const path = join(folder.path, 'locked');
    await mkdir(path);
    await chmod(path, 0o500);
    const args = ['train', '--data', 'xo', '--model', 'mnist_dense', '--out', join(path, 'run')];
    await expectRefusal(args, 1, /^striate train: .*permission denied/);
  });

  it.runIf(process.platform === 'linux')('a folder in which the system lets nobody make one', async () => {
    const args = ['train', '--data', 'xo', '--model', 'mnist_dense', '--out', '/proc/run'];
    await expectRefusal(args, 1, /^striate train: \/proc\/run: /);
  });

  it('a run folder whose place is taken by a file', async () => {
    const path = join(folder.path, 'file');
    await writeFile(path, '');
    const args = ['train', '--data', 'xo', '--model', 'mnist_dense', '--out', join(path, 'run')];
    await expectRefusal(args, 1, /^striate train: .*file/);
  });
});

describe('damaged MNIST files are named', () => {
  /** A tiny data set in MNIST's format. */
  async function mnist(change: (files: Record<string, Buffer>) => void): Promise<Record<string, string>> {
    const images = (n: number): Buffer =>
      Buffer.concat([Buffer.from([0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 28, 0, 0, 0, 28]), Buffer.alloc(n * 784, 7)]);
    const labels = (n: number): Buffer =>
      Buffer.from([0, 0, 8, 1, 0, 0, 0, n, ...Array.from({ length: n }, (_, i) => i % 10)]);
    const files: Record<string, Buffer> = {
      'train-images-idx3-ubyte': images(20),
      'train-labels-idx1-ubyte': labels(20),
      't10k-images-idx3-ubyte': images(10),
      't10k-labels-idx1-ubyte': labels(10),
    };
    change(files);
    const root = await temporaryFolder();
    roots.push(root.remove);
    await mkdir(join(root.path, 'mnist'));
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(root.path, 'mnist', `${name}.gz`), gzipSync(bytes));
    }
    return { STRIATE_DATA: root.path };
  }
  const roots: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const remove of roots) await remove();
  });

  const args = ['train', '--data', 'mnist', '--model', 'mnist_cnn', '--epochs', '1'];

  it('truncated', async () => {
    const env = await mnist(
      (files) => (files['train-images-idx3-ubyte'] = files['train-images-idx3-ubyte'].subarray(0, 5000)),
    );
    await expectRefusal(args, 1, /^striate train: .*train-images.*/, env);
  });

  it('swapped', async () => {
    const env = await mnist((files) => {
      const { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels } = files;
      Object.assign(files, { 'train-images-idx3-ubyte': labels, 'train-labels-idx1-ubyte': images });
    });
    await expectRefusal(args, 1, /^striate train: .*swapped/, env);
  });

  it('a label out of range', async () => {
    const env = await mnist((files) => (files['train-labels-idx1-ubyte'][12] = 77));
    await expectRefusal(args, 1, /^striate train: .*train-labels.*77/, env);
  });

  it('a gzip file cut short', async () => {
    const env = await mnist(() => undefined);
    const path = join(env.STRIATE_DATA, 'mnist', 't10k-images-idx3-ubyte.gz');
    const bytes = await readFile(path);
    await copyFile(path, `${path}.whole`);
    await writeFile(path, bytes.subarray(0, bytes.length - 9));
    await expectRefusal(args, 1, /^striate train: .*t10k-images/, env);
  });
});
