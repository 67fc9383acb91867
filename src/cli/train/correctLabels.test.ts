import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { printedOutput } from '../../../test/printed.js';
import type { DataSet } from '../../data/dataSet.js';
import { imageFolder } from '../../data/folders/imageFolder.node.js';
import { digits } from '../../data/index.js';
import { pictureFilesOf } from '../dataArgument.js';
import { correctLabels } from './correctLabels.js';
import { trainCommand } from './train.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-labels-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
});

async function table(...lines: string[]): Promise<string> {
  const path = join(root, 'labels.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function labelsOf(set: DataSet): Promise<number[]> {
  const y = new Int32Array(set.size);
  await set.fill(
    Array.from(y, (_, i) => i),
    new Float32Array(set.size * 784),
    y,
  );
  return [...y];
}

const head = 'part,index,file,decision,label,was';
// Picture i shows the digit i modulo 10.
const data = digits({ train: 20, test: 10 });
const { output, printed } = printedOutput();

describe('the labels of a table', () => {
  it('are those that are trained and tested on, and what is left out is not there', async () => {
    const path = await table(
      head,
      'train,3,,relabel,8,3',
      'train,5,,leave out,,5',
      'test,7,,relabel,"1",7',
      'test,1,,right,,',
    );
    const { train, test } = await correctLabels(data, path, output);
    expect(await labelsOf(train)).toEqual([0, 1, 2, 8, 4, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await labelsOf(test)).toEqual([0, 1, 2, 3, 4, 5, 6, 1, 8, 9]);
    expect(train.label!(3)).toBe(8);
    expect(printed.progress.at(-1)).toContain('2 changed, 1 left out, 1 right as they are');
  });

  it('leave a part that validates and tests one and the same', async () => {
    const path = await table('part,index,decision,label', 'test,0,relabel,4');
    const { validation, test } = await correctLabels({ ...data, validation: data.test }, path, output);
    expect(validation).toBe(test);
  });

  it('go by the path inside the folder, of which the table may know more or less', async () => {
    const picture = fileURLToPath(new URL('../../../test/fixtures/pictures/icc_p3.png', import.meta.url));
    const names = ['cats/1.png', 'cats/2.png', 'cats/3, again.png', 'dogs/1.png', 'dogs/2.png'];
    for (const part of ['train', 'val']) {
      for (const name of names) {
        await mkdir(join(root, 'photos', part, dirname(name)), { recursive: true });
        await copyFile(picture, join(root, 'photos', part, name));
      }
    }
    const photos = await imageFolder(join(root, 'photos'), { size: [8, 8], cache: 'none' });
    const lines = [
      'photos/train/cats/1.png,relabel,dogs',
      '"train/cats/3, again.png",leave out,',
      'val/dogs/2.png,right,',
    ];
    const { train } = await correctLabels(photos, await table('file,decision,label', ...lines), output);
    const files = pictureFilesOf(train)!;
    expect(Array.from({ length: files.size }, (_, i) => [files.path(i).replaceAll('\\', '/'), files.label(i)])).toEqual(
      [
        ['train/cats/1.png', 1],
        ['train/cats/2.png', 0],
        ['train/dogs/1.png', 1],
        ['train/dogs/2.png', 1],
      ],
    );
    await expect(correctLabels(photos, await table('file,decision', 'dogs/1.png,right'), output)).rejects.toThrow(
      /several files of the data end in 'dogs\/1.png'/,
    );
    await photos.train.close();
  });

  it.each([
    [
      'there is no column',
      ['part,index,decison,label', 'test,0,relabel,4'],
      /no column 'decison'; did you mean decision/,
    ],
    ['columns are missing', ['file,label', 'a,b'], /must name the columns: decision, and file or part and index/],
    [
      'nobody decides so',
      [head, 'test,0,,keep,,'],
      /line 2: decision is one of right, relabel, leave out; received keep/,
    ],
    ['there is no such class', [head, 'test,0,,relabel,eight,'], /line 2: the data has no class 'eight'/],
    ['there is no such picture', [head, 'test,10,,right,,'], /the part test has pictures 0 to 9; received 10/],
    ['there is no such part', [head, 'validation,1,,right,,'], /the data has no part validation/],
    ['there is no such file', [head, ',,a/1.png,right,,'], /the data has no file 'a\/1.png'/],
    ['a label is missing', [head, 'test,0,,relabel,,0'], /needs a label/],
    ['it is of other data', [head, 'test,0,,relabel,4,2'], /label is 0, not 2 as the table has it.*other data/],
    [
      'a picture is there twice',
      [head, 'test,0,,right,,', 'test,0,,relabel,1,'],
      /line 3: this picture stands .* twice/,
    ],
    ['a quote stays open', [head, 'test,0,,relabel,"4,'], /line 2: a quote is not closed/],
  ])('are refused where %s', async (_, lines, message) => {
    await expect(correctLabels(data, await table(...lines), output)).rejects.toThrow(message);
  });
});

describe('train --labels', () => {
  it('trains on what the table says, keeps it when it is resumed, and tells it', async () => {
    const train = async (...more: string[]): Promise<{ loss: number; lines: string }> => {
      const { output: own, printed: said } = printedOutput();
      const small = ['--data', 'xo', '--model', 'mnist_dense', '--threads', '1', '--batch', '500', '--epochs', '1'];
      const words = more.includes('--resume') ? more : [...small, ...more];
      await trainCommand(own)
        .exitOverride()
        .parseAsync([...words, '--json'], { from: 'user' });
      const { epochs } = said.json as { epochs: { loss: number }[] };
      return { loss: epochs.at(-1)!.loss, lines: said.progress.join('\n') };
    };
    const plain = await train('--out', join(root, 'plain'));
    const rows = Array.from({ length: 400 }, (_, i) => `train,${i},relabel,O`);
    const path = await table('part,index,decision,label', ...rows);
    const changed = await train('--out', join(root, 'changed'), '--labels', path);
    expect(changed.lines).toContain(`Labels of ${path}: 400 changed`);
    expect(Math.abs(changed.loss - plain.loss)).toBeGreaterThan(0.01);
    const resumed = await train('--resume', join(root, 'changed'), '--epochs', '2');
    expect(resumed.lines).toContain('400 changed');
    await expect(train('--resume', join(root, 'changed'), '--labels', 'other.csv')).rejects.toThrow(
      /--labels other.csv: the run in/,
    );
  });
});
