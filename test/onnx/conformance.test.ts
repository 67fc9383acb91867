import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../src/formats/onnx/import/importOnnx.js';
import type { ImportOnnxOptions } from '../../src/formats/onnx/import/importOptions.js';
import { decodeModelProto } from '../../src/formats/onnx/modelProto.js';
import { elementTypes } from '../../src/formats/onnx/proto.js';
import { readTensor, type Constant } from '../../src/formats/onnx/tensors.js';
import { permuteData, pictureOrder } from '../../src/formats/onnx/import/importedValue.js';
import { StriateError, Tensor } from '../../src/tensor/index.js';

/** ONNX's own tests: folders with model.onnx and test_data_set_0/input_0.pb, output_0.pb. */
const root = process.env.STRIATE_ONNX_TESTS;

const halves: readonly number[] = [elementTypes.float16, elementTypes.bfloat16];

type Result = 'pass' | 'refused' | `wrong: ${string}`;

/** The folders of tests at or below a folder. */
function foldersBelow(folder: string): string[] {
  if (existsSync(join(folder, 'model.onnx'))) return [folder];
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return inner.flatMap(({ name }) => foldersBelow(join(folder, name)));
}

/** A tensor's file: as the only initializer of the graph of a model, it is read like any other. */
function tensorFrom(path: string): Constant {
  const length = (size: number): number[] => (size < 128 ? [size] : [(size & 127) | 128, ...length(size >> 7)]);
  const field = (number: number, bytes: Uint8Array): Uint8Array =>
    Uint8Array.from([number * 8 + 2, ...length(bytes.length), ...bytes]);
  const { graph } = decodeModelProto(field(7, field(5, readFileSync(path))), path);
  return readTensor(graph!.initializer[0], path);
}

function read(folder: string, what: string): Constant[] {
  const set = join(folder, 'test_data_set_0');
  const count = readdirSync(set).filter((file) => file.startsWith(`${what}_`)).length;
  return Array.from({ length: count }, (_, i) => tensorFrom(join(set, `${what}_${i}.pb`)));
}

function near(a: number, b: number, half: boolean): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= (half ? 1e-3 : 1e-6) + (half ? 5e-3 : 1e-3) * Math.abs(b);
}

/** What a model gives for the test's inputs, against what it should. */
async function attempt(folder: string, options: ImportOnnxOptions): Promise<Result> {
  const bytes = readFileSync(join(folder, 'model.onnx'));
  const { graph } = decodeModelProto(bytes, folder);
  const own = new Set(graph?.initializer.map(({ name }) => name));
  const names = (graph?.input ?? []).filter(({ name }) => !own.has(name)).map(({ name = '' }) => name);
  try {
    const feeds = new Map(read(folder, 'input').map((value, i) => [names[i], value]));
    const wanted = read(folder, 'output');
    const constants = Object.fromEntries(
      Object.keys(options.constants ?? {}).map((name) => {
        const { shape, data } = feeds.get(name)!;
        return [name, new Tensor('float32', shape, Float32Array.from(data))];
      }),
    );
    const whole = options.batchAxis === false;
    const model = await importOnnx(bytes, { ...options, constants, ...(!whole && { layout: 'NCHW' }) });
    model.useEngine({ engine: 'reference' });
    const inputs = model.inputs.map(({ name }) => {
      const { shape, data } = feeds.get(name)!;
      const picture = shape.length === 4 && !whole;
      const numbers = Float32Array.from(picture ? permuteData(data, shape, pictureOrder) : data);
      const sizes = whole ? [1, ...shape] : picture ? pictureOrder.map((axis) => shape[axis]) : shape;
      return new Tensor('float32', sizes, numbers);
    });
    const half = [...feeds.values()].some(({ elementType }) => halves.includes(elementType));
    const outputs = await model.predictAll(inputs.length === 1 ? inputs[0] : inputs);
    const fits = outputs.every(({ shape, data }, i) => {
      const { shape: theirs, data: numbers } = wanted[i];
      const same = shape.join() === [...(whole ? [1] : []), ...theirs].join();
      const turned = theirs.length === 4 && shape.join() === pictureOrder.map((axis) => theirs[axis]).join();
      const candidates = [...(same ? [numbers] : []), ...(turned ? [permuteData(numbers, theirs, pictureOrder)] : [])];
      return candidates.some((values) => values.every((value, at) => near(data[at], value, half)));
    });
    return fits ? 'pass' : `wrong: ${JSON.stringify(options)}`;
  } catch (error) {
    if (error instanceof StriateError) return 'refused';
    return `wrong: ${String(error)}`;
  }
}

/** The inputs as they are, then each alone with the others as constants, with and without an axis for the batch. */
async function resultOf(folder: string): Promise<Result> {
  const { graph } = decodeModelProto(readFileSync(join(folder, 'model.onnx')), folder);
  const own = new Set(graph?.initializer.map(({ name }) => name));
  const names = (graph?.input ?? []).flatMap(({ name = '' }) => (own.has(name) ? [] : [name]));
  const alone = names.length > 1 ? names.slice(0, 3).map((kept) => names.filter((name) => name !== kept)) : [];
  const sets = [[], ...alone].map((list) => Object.fromEntries(list.map((name) => [name, 0])));
  for (const batchAxis of [true, false]) {
    for (const constants of sets) {
      const result = await attempt(folder, { batchAxis, constants });
      if (result !== 'refused') return result;
    }
  }
  return 'refused';
}

/** What no test of numbers can be made of: numbers that were never set, and bfloat16 that is stored as whole numbers. */
const unusable = /test_operator_add_(broadcast|size1)|BFLOAT16|test_operator_addconstant/;

describe.skipIf(!root)("ONNX's own tests (needs STRIATE_ONNX_TESTS, the folder onnx/backend/test/data)", () => {
  it('never gives wrong numbers, and never fails without a reason', { timeout: 1_800_000 }, async () => {
    const results = new Map<string, Result>();
    for (const folder of foldersBelow(root ?? '.')) {
      if (existsSync(join(folder, 'test_data_set_0')) && !unusable.test(folder))
        results.set(folder, await resultOf(folder));
    }
    const all = [...results];
    const wrong = all.flatMap(([folder, result]) =>
      result.startsWith('wrong') ? [`${basename(folder)}: ${result.slice(0, 200)}`] : [],
    );
    expect(wrong.join('\n')).toBe('');
    expect(all.filter(([, result]) => result === 'pass').length).toBeGreaterThan(all.length / 4);
  });
});
