import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileAsSaved } from '../../src/formats/keras/training/compileAsSaved.js';
import { writtenTraining } from '../../src/formats/keras/training/writtenTraining.js';
import { input, layers, type ActivationName } from '../../src/layers/index.js';
import { model as functional, type Model } from '../../src/models/index.js';
import { Tensor } from '../../src/tensor/index.js';

/** What Keras 3.15 wrote of a row of settings, and its numbers before and after four steps of training. */
interface Row {
  readonly activation: ActivationName | null;
  readonly outputs: number;
  readonly target: keyof typeof targets;
  readonly compile_config: object;
  readonly training_config: object;
  readonly before: Readonly<Record<string, number>> & { readonly loss: number };
  /** The loss. */
  readonly after: number;
}

const rows = JSON.parse(await readFile(new URL('compiled.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Row>
>;

const [examples, inputs, outputs] = [12, 6, 3];
const numbers = (length: number, of: (i: number) => number): number[] => Array.from({ length }, (_, i) => of(i));

/** The data of compiled.py. */
const x = new Tensor(
  'float32',
  [examples, inputs],
  Float32Array.from(numbers(examples * inputs, (i) => ((i * i * 31 + i * 7) % 251) / 250)),
);
const classes = numbers(examples, (i) => ((i * 5) % 7) % outputs);
const float = (size: number, values: readonly number[]): Tensor =>
  new Tensor('float32', [examples, size], Float32Array.from(values));
const many = numbers(examples * outputs, (j) => ((j * j) % 5 < 2 ? 1 : 0));
const targets = {
  classes: new Tensor('int32', [examples], Int32Array.from(classes)),
  oneHot: float(
    outputs,
    classes.flatMap((label) => numbers(outputs, (k) => (k === label ? 1 : 0))),
  ),
  many: float(outputs, many),
  values: float(
    outputs,
    numbers(examples * outputs, (j) => ((j * 13) % 17) / 16),
  ),
  one: float(
    1,
    numbers(examples, (i) => many[i * outputs]),
  ),
};

/** The model of compiled.py, with its weights. */
async function made({ activation, outputs: units }: Row): Promise<Model> {
  const from = input({ shape: [inputs], name: 'x' });
  const hidden = layers.dense({ units: 5, activation: 'tanh', name: 'first' }).apply(from);
  const last = layers.dense({ units, activation: activation ?? undefined, name: 'last' }).apply(hidden);
  const model = functional({ inputs: from, outputs: last });
  const weights = [...(await model.getWeights())].map(([name, { shape }], k) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from(numbers(size, (i) => Math.sin(i * 1.7 + k) * 0.8));
    return [name, new Tensor('float32', shape, values)] as const;
  });
  await model.setWeights(new Map(weights));
  return model;
}

/** What is not Keras's here, or not said in its file. */
const expectedNotes: Readonly<Record<string, readonly RegExp[]>> = {
  'loss Huber': [/loss delta/],
  'metrics weighted metrics': [/weighted metric two, counted without weights|weighted metric Sparse/],
};

/** A name without its spelling, and Keras's classes that are options here. */
const plain = (name: string): string =>
  name
    .replaceAll('_', '')
    .toLowerCase()
    .replace(/^onehot(mean)?iou$/, '$1iou')
    .replace(/^binaryiou$/, 'iou');

async function expectAlike(model: Model, row: Row, steps = true): Promise<void> {
  const y = targets[row.target];
  const measured = await model.evaluate(x, y, { batchSize: examples });
  const theirs = new Map(Object.entries(row.before).map(([name, value]) => [plain(name), value]));
  expect(Object.keys(measured)).toHaveLength(theirs.size);
  for (const [name, value] of Object.entries(measured)) {
    const expected = theirs.get(plain(name));
    expect(expected, `${name} of ${[...theirs.keys()].join(', ')}`).toBeDefined();
    expect(Math.abs(value - expected!), name).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected!)));
  }
  if (!steps) return;
  await model.fit(x, y, { epochs: 4, batchSize: examples, shuffle: false, verbose: 0 });
  const after = await model.evaluate(x, y, { batchSize: examples });
  expect(Math.abs(after.loss - row.after)).toBeLessThan(1e-5 * Math.max(1, Math.abs(row.after)));
}

describe('what Keras 3.15 compiled', () => {
  describe.each(Object.entries(rows))('%s', (name, row) => {
    it.each(['compile_config', 'training_config'] as const)(
      'trains and counts the same, from its %s',
      async (which) => {
        const model = await made(row);
        const notes: string[] = [];
        compileAsSaved(model, row[which], notes);
        const expected = expectedNotes[name] ?? [];
        expect(notes).toEqual(expected.map((note) => expect.stringMatching(note) as string));
        await expectAlike(model, row, which === 'compile_config');
      },
    );

    it('is the same after writing and reading again', async () => {
      const model = await made(row);
      compileAsSaved(model, row.compile_config, []);
      const written = writtenTraining(model, 'keras3');
      const again = await made(row);
      const notes: string[] = [];
      compileAsSaved(again, JSON.parse(written!), notes);
      expect(notes).toEqual([]);
      expect(again.optimizer!.config()).toEqual(model.optimizer!.config());
      expect(await again.evaluate(x, targets[row.target])).toEqual(await model.evaluate(x, targets[row.target]));
    });
  });
});

/**
 * With a Python that has Keras: STRIATE_PYTHON=python npx vitest run test/keras/compiled. What Keras makes of compile settings is
 * recorded by test/keras/compiled.py record test/keras/compiled.json.
 */
describe.runIf(process.env.STRIATE_PYTHON)('Keras itself', { timeout: 1_200_000 }, () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-compiled-'));
    await mkdir(folder, { recursive: true });
  });

  it('loads what is written here compiled: it evaluates and trains the same', async () => {
    const numbered = Object.entries(rows);
    for (const [i, [, row]] of numbered.entries()) {
      const model = await made(row);
      compileAsSaved(model, row.compile_config, []);
      for (const ending of ['keras', 'h5']) await model.save(join(folder, `${i}.${ending}`));
      await writeFile(join(folder, `${i}.json`), JSON.stringify({ target: row.target }));
    }
    const script = fileURLToPath(new URL('compiled.py', import.meta.url));
    await promisify(execFile)(process.env.STRIATE_PYTHON!, [script, 'read', folder], { maxBuffer: 2 ** 26 });
    expect(existsSync(join(folder, 'results.json'))).toBe(true);
    const results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Readonly<
      Record<string, Pick<Row, 'before' | 'after'> & { readonly error?: string }>
    >;
    const problems: string[] = [];
    for (const [i, [name, row]] of numbered.entries()) {
      for (const ending of ['keras', 'h5']) {
        // Keras 3.15 does not find its own Lamb in an .h5 file.
        if (name === 'lamb' && ending === 'h5') continue;
        const result = results[`${i}.${ending}`];
        if (result.error !== undefined) {
          problems.push(`${name}, .${ending}: ${result.error}`);
          continue;
        }
        const both = [...Object.entries(row.before), ['after', row.after] as const];
        for (const [key, expected] of both) {
          const value = key === 'after' ? result.after : result.before[key];
          if (!(Math.abs(value - expected) <= 2e-6 * Math.max(1, Math.abs(expected))))
            problems.push(`${name}, .${ending}: ${key} is ${value} in place of ${expected}`);
        }
      }
    }
    expect(problems).toEqual([]);
  });
});
