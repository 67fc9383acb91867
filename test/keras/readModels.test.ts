import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importKeras } from '../../src/formats/index.js';
import { sizeOf, Tensor, type Shape } from '../../src/tensor/index.js';

/** What readModels.py wrote of a model. */
interface Made {
  readonly shape: Shape;
  readonly parameters: number;
  /** What Keras said where it could not write a format. */
  readonly refused: Readonly<Partial<Record<Format, string>>>;
  readonly outputs: readonly (readonly number[])[];
}

const formats = ['keras', 'h5'] as const;
type Format = (typeof formats)[number];

/** The largest difference of a prediction from Keras's, in shares of the largest number; null where Keras has no such file. */
type Measured = Readonly<Record<Format, number | null>> & { readonly parameters: number };

const python = process.env.STRIATE_PYTHON;
const measuredFile = fileURLToPath(new URL('readModels.json', import.meta.url));
const recorded = JSON.parse(await readFile(measuredFile, 'utf8')) as Readonly<Partial<Record<string, Measured>>>;

/** The models of readModels.py. */
const names = [
  ...['shared', 'nested', 'siamese', 'stack', 'transfer', 'caffe', 'torch', 'gated', 'attention'],
  ...['MobileNet', 'MobileNetV2', 'MobileNetV3Small', 'MobileNetV3Large', 'EfficientNetB0', 'EfficientNetV2B0'],
  ...['DenseNet121', 'ResNet50', 'ResNet50V2', 'NASNetMobile', 'ConvNeXtTiny', 'InceptionV3', 'InceptionResNetV2'],
  ...['Xception', 'VGG16'],
];

/** The pictures of readModels.py. */
function pictures(shape: Shape): Tensor<'float32'> {
  // The square is beyond what numbers hold exactly; 31 · i² + 7 · i is not, where i is taken below 251 first.
  const data = Float32Array.from({ length: 2 * sizeOf(shape) }, (_, i) => {
    const rest = i % 251;
    return (rest * rest * 31 + rest * 7) % 251;
  });
  return new Tensor('float32', [2, ...shape], data);
}

/** A file's prediction, and how far it is from Keras's. */
async function difference(file: string, { shape, outputs }: Made): Promise<number> {
  const model = await importKeras(file);
  const received = await model.predictAll(pictures(shape));
  await model.dispose();
  expect(received.map(({ data }) => data.length)).toEqual(outputs.map(({ length }) => length));
  const of = (values: readonly number[], output: number): number => {
    const largest = values.reduce((a, value) => Math.max(a, Math.abs(value)), 1e-3);
    return values.reduce((a, value, i) => Math.max(a, Math.abs(value - received[output].data[i])), 0) / largest;
  };
  return Math.max(...outputs.map(of));
}

describe('what was measured of models that Keras saves', () => {
  it('is recorded for each, lies below 1e-5, and stands in the documentation', async () => {
    expect(Object.keys(recorded)).toEqual(names);
    const page = await readFile(new URL('../../docs/formats.md', import.meta.url), 'utf8');
    const rows = new Map(
      page.split('\n').map((line) => {
        const [, name, ...cells] = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
        return [name, cells.slice(1, 4)] as const;
      }),
    );
    for (const [name, measured] of Object.entries(recorded)) {
      const { parameters, keras, h5 } = measured!;
      const text = (value: number | null): string => (value === null ? '–' : value.toExponential(1));
      for (const value of [keras, h5]) if (value !== null) expect(value).toBeLessThan(1e-5);
      expect(rows.get(name), name).toEqual([parameters.toLocaleString('en'), text(keras), text(h5)]);
    }
  });
});

/**
 * Whole models of Keras as `.keras` and `.h5`, read here, with a Python that has Keras: STRIATE_PYTHON=python npx vitest run
 * test/keras/readModels. Each is made by a process of its own and read before the next, so that memory stays small. What was measured
 * is recorded anew by a run of all of them, which a folder in STRIATE_KERAS_MADE, with what Keras made, lets go on where it was
 * stopped. They end in scores, or in probabilities that are far from 0 and 1: near those a difference would not show.
 */
describe.runIf(python)('models that Keras saves', { timeout: 1_200_000 }, () => {
  let folder = '';
  const measured: Record<string, Measured> = {};

  beforeAll(async () => {
    folder = process.env.STRIATE_KERAS_MADE ?? (await mkdtemp(join(tmpdir(), 'striate-keras-made-')));
    await mkdir(folder, { recursive: true });
  });

  it.each(names)('%s: predicts here what it predicts there', async (name) => {
    const record = join(folder, `${name}.json`);
    if (!existsSync(record)) {
      const script = fileURLToPath(new URL('readModels.py', import.meta.url));
      await promisify(execFile)(python!, [script, folder, name], { maxBuffer: 2 ** 26 });
    }
    const made = JSON.parse(await readFile(record, 'utf8')) as Made;
    const found: Record<Format, number | null> = { keras: null, h5: null };
    for (const format of formats) {
      if (made.refused[format] === undefined) found[format] = await difference(join(folder, `${name}.${format}`), made);
    }
    measured[name] = { parameters: made.parameters, ...found };
    for (const format of formats) if (found[format] !== null) expect(found[format], format).toBeLessThan(1e-5);
  });

  afterAll(async () => {
    // A part of the models says nothing of the others.
    if (!names.every((name) => measured[name])) return;
    const all = names.map((name) => [name, measured[name]] as const);
    await writeFile(measuredFile, `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`);
  });
});
