import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { importKeras, kerasBytes, tfjsFiles } from '../../src/formats/index.js';
import type { KerasDialect } from '../../src/formats/keras/write/kerasEmitter.js';
import { writeGraph } from '../../src/formats/keras/write/writeGraph.js';
import { StriateError } from '../../src/tensor/index.js';
import { models, pictures, predictedHere, shaken } from './models.js';
import { hasTfjs, runTfjs } from './tfjsPeer.js';

/**
 * What Keras 3.15 made of every model, recorded in recorded.json. To record it anew, with a Python that has Keras and
 * TensorFlow: STRIATE_PYTHON=python npx vitest run test/keras. A folder in STRIATE_KERAS keeps what was done, so that a run that
 * was stopped goes on; STRIATE_KERAS_MODELS=Clip,Power tries these alone and keeps what is recorded of the others.
 */
interface Recorded {
  /** The formats it can be written in. */
  readonly formats: readonly Format[];
  /** A digest of the layers with weights in Keras's order, each with its weights' names. */
  readonly order?: string;
  /** The first numbers of each output, and the largest of all. */
  readonly outputs?: readonly { readonly first: readonly number[]; readonly largest: number }[];
  /** How far Keras's outputs were from those here by each file, in shares of the largest number. */
  readonly differences?: Readonly<Partial<Record<Format, number>>>;
}

type Format = 'keras' | 'h5' | 'model.json';

const dialects: Readonly<Record<Format, KerasDialect>> = { keras: 'keras3', h5: 'keras2', 'model.json': 'tfjs' };
const recordedFile = fileURLToPath(new URL('recorded.json', import.meta.url));
const python = process.env.STRIATE_PYTHON;
const chosen = process.env.STRIATE_KERAS_MODELS?.split(',');

const digest = (order: readonly string[]): string =>
  createHash('sha256').update(order.join('\n')).digest('hex').slice(0, 16);

/** The order of its weights in each format in which a model can be written. */
function written(name: string): Readonly<Partial<Record<Format, readonly string[]>>> {
  const model = models[name]();
  const orders: Partial<Record<Format, readonly string[]>> = {};
  for (const [format, dialect] of Object.entries(dialects) as [Format, KerasDialect][]) {
    try {
      orders[format] = writeGraph(model, dialect).layers.flatMap((layer) => {
        // Keras 3 calls a depthwise kernel a kernel, as others.
        const kinds = layer.weights.map(({ kind }) =>
          layer.className.startsWith('DepthwiseConv') ? kind.replace('depthwise_', '') : kind,
        );
        return kinds.length ? [`${layer.name}: ${kinds.join(' ')}`] : [];
      });
    } catch (error) {
      if (!(error instanceof StriateError)) throw error;
      expect(error.message).toMatch(/layer '.*' \(\w+\) cannot be written for (Keras|TensorFlow\.js): /);
    }
  }
  return orders;
}

/** The largest difference, in shares of the largest number. */
function difference(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  expect(a.map(({ length }) => length)).toEqual(b.map(({ length }) => length));
  return Math.max(
    ...a.map((values, output) => {
      const expected = Array.from(b[output]);
      const largest = Math.max(...expected.map(Math.abs), 1e-3);
      return Math.max(...expected.map((value, i) => Math.abs(value - values[i]))) / largest;
    }),
  );
}

const recorded: Readonly<Record<string, Recorded>> =
  python && !chosen ? {} : (JSON.parse(await readFile(recordedFile, 'utf8')) as Record<string, Recorded>);

describe.skipIf(python !== undefined)('what Keras 3.15 made of models written here', () => {
  it('was recorded for each of them', () => {
    expect(Object.keys(recorded)).toEqual(Object.keys(models));
  });

  it.each(Object.keys(models))('%s: has its weights in this order', (name) => {
    const orders = written(name);
    expect(Object.keys(orders)).toEqual(recorded[name].formats);
    if (recorded[name].order) expect(digest(orders.keras ?? orders.h5 ?? [])).toBe(recorded[name].order);
  });

  it.each(predictedHere.filter((name) => recorded[name]?.outputs))('%s: predicts these numbers', async (name) => {
    const model = await shaken(models[name]());
    const outputs = await model.predictAll(pictures(model.inputs[0].shape));
    await model.dispose();
    for (const worst of Object.values(recorded[name].differences ?? {})) expect(worst).toBeLessThan(1e-5);
    for (const [i, { first, largest }] of recorded[name].outputs!.entries()) {
      const { data } = outputs[i];
      const worst = Math.max(...first.map((value, k) => Math.abs(value - data[k])));
      expect(worst).toBeLessThan(1e-5 * Math.max(largest, 1e-3));
    }
  });
});

describe.skipIf(!hasTfjs)('TensorFlow.js (skipped where npm run bench:install has not run)', () => {
  it.each(predictedHere)('predicts the same with %s', async (name) => {
    const model = await shaken(models[name]());
    const x = pictures(model.inputs[0].shape);
    const outputs = await model.predictAll(x);
    if (written(name)['model.json']) {
      const theirs = await runTfjs(await tfjsFiles(model), x);
      expect(
        difference(
          theirs,
          outputs.map(({ data }) => data),
        ),
      ).toBeLessThan(1e-5);
    }
    await model.dispose();
  });
});

describe.runIf(python)('Keras itself', { timeout: 3_600_000 }, () => {
  let folder = '';
  const expected = new Map<string, Float32Array[]>();
  const problems: string[] = [];
  const check = (name: string, what: string, theirs: readonly ArrayLike<number>[]): number => {
    const worst = difference(theirs, expected.get(name)!);
    if (!(worst < 1e-5)) problems.push(`${name} ${what}: ${worst}`);
    return worst;
  };

  beforeAll(async () => {
    folder = process.env.STRIATE_KERAS ?? (await mkdtemp(join(tmpdir(), 'striate-keras-')));
    await mkdir(join(folder, 'again'), { recursive: true });
  });

  it('loads every model, predicts what is predicted here, and has its weights in the same order', async () => {
    for (const [name, make] of Object.entries(models)) {
      if (chosen && !chosen.includes(name)) continue;
      const model = await shaken(make());
      const outputs = await model.predictAll(pictures(model.inputs[0].shape));
      expected.set(
        name,
        outputs.map(({ data }) => data),
      );
      for (const format of ['keras', 'h5'] as const) {
        const file = join(folder, `${name}.${format}`);
        // Keras 3 has no locally connected layers any more, which Keras 2's files hold.
        if (!written(name)[format] || name === 'LocallyConnected2D' || existsSync(file)) continue;
        await writeFile(file, await kerasBytes(model, format));
      }
      await model.dispose();
    }
    const script = fileURLToPath(new URL('roundTrip.py', import.meta.url));
    await promisify(execFile)(python!, [script, folder], { maxBuffer: 2 ** 26 });
    const results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Readonly<
      Partial<Record<string, { order: string[]; outputs: number[][] }>>
    >;
    const rounded = (value: number): number => Number(value.toPrecision(8));
    const record: Record<string, Recorded> = {};
    for (const name of Object.keys(models)) {
      if (chosen && !chosen.includes(name)) {
        record[name] = recorded[name];
        continue;
      }
      const orders = written(name);
      const differences: Partial<Record<Format, number>> = {};
      for (const format of ['keras', 'h5'] as const) {
        const result = results[`${name}.${format}`];
        if (!result) continue;
        differences[format] = Number(check(name, `written as .${format}, in Keras`, result.outputs).toPrecision(2));
        if (digest(result.order) !== digest(orders[format]!)) problems.push(`${name}: order in .${format}`);
      }
      const result = results[`${name}.keras`] ?? results[`${name}.h5`];
      record[name] = {
        formats: Object.keys(orders) as Format[],
        ...(result && {
          order: digest(result.order),
          outputs: result.outputs.map((values) => ({
            first: values.slice(0, 6).map(rounded),
            largest: rounded(Math.max(...values.map(Math.abs))),
          })),
          differences,
        }),
      };
    }
    expect(problems).toEqual([]);
    await writeFile(recordedFile, `${JSON.stringify(record)}\n`);
  });

  it('saves what is read here', async () => {
    for (const name of expected.keys()) {
      for (const format of ['keras', 'h5'] as const) {
        const file = join(folder, 'again', `${name}.${format}`);
        if (!existsSync(file)) continue;
        const model = await importKeras(file);
        const outputs = await model.predictAll(pictures(model.inputs[0].shape));
        check(
          name,
          `from Keras's .${format}`,
          outputs.map(({ data }) => data),
        );
        await model.dispose();
      }
    }
    expect(problems).toEqual([]);
  });
});
