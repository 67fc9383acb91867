import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastJson, striate, temporaryFolder, type Finished } from './striate.js';

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
): Promise<Finished> {
  const finished = await striate(args, env, folder.path);
  expect(finished.stderr).toMatch(message);
  expect(finished.code).toBe(code);
  expect(finished.stderr).not.toMatch(/\n\s+at |sorry/);
  expect(finished.stdout).toBe('');
  expect(finished.stderr.trim().split('\n')).toHaveLength(1);
  return finished;
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
    [['train', '--data', 'moon', '--model', 'mnist_cnn'], /^striate train: --data: .*'moon'; known are mnist/],
    [['train', '--data', 'mnst', '--model', 'mnist_cnn'], /'mnst'; did you mean mnist\?/],
    [['train', '--data', 'xo', '--model', 'mnist_cn'], /^striate train: --model: .*'mnist_cn'; did you mean mnist_cnn/],
    [
      ['summary', 'resnet-18'],
      /'resnet-18'; did you mean resnet18\? ResNet: resnet18, resnet34, .*striate models lists all/,
    ],
    [['predict', 'resnet19', 'x.png'], /did you mean resnet18/],
    [['run', 'alexnt', '--input', 'x.npy', '--output', 'y.npy'], /did you mean alexnet/],
    [['export', 'vgg61', '--output', 'x.onnx'], /did you mean vgg1/],
    [['models', '--family', 'resnt'], /did you mean ResNet/],
    [['trian'], /did you mean train/],
    [['data', 'infos', 'xo'], /striate data: .*did you mean info/],
    [['train', '--data', 'xo', '--model', 'mnist_cnn', '--epochs', '0'], /leaves nothing to train/],
    [['train', '--data', 'xo', '--model', 'mnist_cnn', '--batch', '-1'], /'-1' is invalid.*at least 1/],
    [['train', '--data', 'xo', '--model', 'mnist_cnn', '--seed', 'abc'], /'abc' is invalid/],
    [['train', '--data', 'xo', '--model', 'mnist_cnn', 'mnist_dense'], /too many arguments/],
    [['evaluate', 'a.onnx', 'b.onnx', '--data', 'xo'], /too many arguments/],
    [['evaluate', 'a.onnx', '--datas', 'xo'], /unknown option '--datas' \(did you mean --data\?\)/],
    [['export', 'mnist_cnn', '--output', 'folder'], /must end in \.onnx/],
    [['predict'], /missing required argument/],
    [['summary'], /missing required argument/],
  ])('%j', async (args, message) => {
    await expectRefusal(args, 2, message);
  });
});

describe('what cannot work ends with code 1', () => {
  it('unknown files and runs', async () => {
    await expectRefusal(['summary', 'gone.safetensors'], 1, /^striate summary: .*gone\.safetensors/);
    await expectRefusal(['train', '--resume', 'nowhere'], 1, /^striate train: .*nowhere.*run\.json/);
  });

  /** What lies about where newcomers work: nothing, or something else than what was asked for. */
  const about: readonly (readonly [call: string, message: RegExp, code?: number])[] = [
    ['evaluate FOLDER --data xo', /FOLDER: is a folder without a model or weights.*the folder of a run/],
    ['predict FOLDER/gone.onnx x.png', /gone\.onnx': no such file/],
    ['summary FOLDER/empty.onnx', /empty\.onnx: is empty/],
    ['summary FOLDER/text.onnx', /text\.onnx'?: /],
    ['train --data xo --model FOLDER/text.onnx', /text\.onnx'?: /],
    ['train --data FOLDER/empty --model mnist_cnn', /it holds nothing/],
    ['train --data FOLDER/text.png --model mnist_cnn', /text\.png': must be a folder .*and is a file/],
    ['data info FOLDER/text.png', /must be a folder .*and is a file/],
    ['data preview xo --output FOLDER/sheet', /--output .*must end in \.png/],
    ['data preview xo --output FOLDER/gone/sheet.png', /cannot write '.*sheet\.png': no such file or folder/],
    ['run mnist_cnn --input FOLDER/text.png --output y.npy', /not a sound \.npy file/],
    ['search query FOLDER/gone.safetensors x.png', /no such file/],
    ['train --resume FOLDER/empty', /holds no run\.json/],
    ['evaluate FOLDER/unsaved --data xo', /unsaved: the run in this folder ended before it saved any weights/, 2],
    ['evaluate resnet18 --data xo', /is a model without weights.*--weights/],
    ['import FOLDER/empty.onnx --output x.safetensors', /is empty/],
  ];

  it.each(about.map(([call, message, code = 1]) => ({ call, message, code })))(
    '$call',
    async ({ call, message, code }) => {
      const root = folder.path;
      for (const name of ['empty', 'unsaved', 'dir.onnx']) await mkdir(join(root, name), { recursive: true });
      await writeFile(join(root, 'unsaved', 'run.json'), '{}');
      await writeFile(join(root, 'empty.onnx'), '');
      for (const name of ['text.onnx', 'text.png']) await writeFile(join(root, name), 'not what it is called\n');
      const args = call.split(' ').map((part) => part.replace('FOLDER', root));
      const { stderr } = await expectRefusal(args, code, /./);
      expect(stderr.replaceAll(root, 'FOLDER')).toMatch(message);
    },
  );

  it('is told as JSON, too, where JSON is asked for', async () => {
    const failed = await striate(['summary', 'gone.onnx', '--json'], {}, folder.path);
    expect(lastJson(failed)).toEqual({
      command: 'summary',
      error: {
        where: "cannot read 'gone.onnx'",
        rule: 'no such file or folder',
        received: null,
        advice: 'check the path',
      },
      exitCode: 1,
    });
    expect(failed.stderr).toMatch(/^striate summary: cannot read 'gone\.onnx'/);
    const wrong = await striate(['models', '--json', '--famly', 'x'], {}, folder.path);
    expect(lastJson(wrong)).toMatchObject({
      command: 'models',
      error: { rule: "unknown option '--famly' (did you mean --family?)" },
      exitCode: 2,
    });
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
