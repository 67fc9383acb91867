import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  alignClasses,
  classify,
  exportOnnx,
  imageFiles,
  layers,
  openModel,
  PictureSet,
  project,
  sequential,
  Tensor,
  type Layer,
} from 'striate';
import { expect, it } from 'vitest';
import { inKorean, translated } from './libraryErrors.js';

const root = fileURLToPath(new URL('../../src/', import.meta.url));
const hole = /\{(\w+)\}/g;

it('every sentence is one that the library says', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.includes('.test.'),
  );
  const source = files
    .map((path) => readFileSync(`${root}${path}`, 'utf8'))
    .join('\n')
    .replaceAll("\\'", "'");
  const missing: string[] = [];
  for (const [english] of translated) {
    // What is between braces and commas, as the library puts some together.
    for (const part of english.split(
      /\{\w+\}|, |^the class(?:es)? | ha(?:s|ve) no picture|of a picture |^otherwise /,
    )) {
      const words = part.replace(/^is (a|an|JSON) /, '$1 ').replace(/ files (was|were) skipped: /, ' skipped: ');
      if (words.trim().length > 3 && !source.includes(words.trim())) missing.push(words);
    }
  }
  expect(missing).toEqual([]);
});

it('puts in what the library has put in', () => {
  for (const [english, korean] of translated) {
    const names = new Set([...english.matchAll(hole)].map(([, name]) => name));
    for (const [, name] of korean.matchAll(hole)) expect(names, english).toContain(name);
  }
});

/** The message of what is refused. */
async function refusal(of: () => unknown): Promise<string> {
  try {
    await of();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

const stack = (...all: Layer[]): ReturnType<typeof sequential> => sequential({ layers: all, seed: 1 });
const small = (): ReturnType<typeof sequential> =>
  stack(layers.flatten({ inputShape: [8, 8, 3] }), layers.dense({ units: 3, activation: 'softmax' }));
const png = readFileSync(fileURLToPath(new URL('../../test/fixtures/pictures/icc_p3.png', import.meta.url)));
const text = new Blob(['no picture, a text']);

/** Bytes of a model whose operator there is none like. */
async function strangeOnnx(): Promise<Uint8Array> {
  const bytes = await exportOnnx(stack(layers.dense({ units: 2, activation: 'relu', inputShape: [3] })));
  return new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('Relu', 'Zelu'), 'latin1'));
}

it.each<[string, () => unknown, string]>([
  ['a file that is no picture', () => classify(small(), text), '그림: 그림이어야 합니다. 내용이 그림('],
  ['an empty picture', () => classify(small(), new Blob([])), '빈 파일입니다'],
  ['a picture that is cut off', () => classify(small(), png.subarray(0, 200)), '중간에 잘렸습니다'],
  ['a HEIC', () => classify(small(), Buffer.from('\0\0\0\x18ftypheic0000')), 'HEIC 형식은 읽지 못합니다'],
  ['photos of one class', () => imageFiles([{ path: 'p/a/1.png', file: text }], { size: [8, 8] }), '두 개 이상'],
  ['photos without folders', () => imageFiles([{ path: 'p/1.png', file: text }], { size: [8, 8] }), '폴더 없이 파일만'],
  [
    'a class without photos',
    () =>
      imageFiles(
        ['a', 'b'].map((name) => ({ path: `p/${name}/1.png`, file: text })),
        { size: [8, 8] },
      ),
    '그림이 없습니다',
  ],
  ['an empty model', () => openModel(new Uint8Array(0), { name: 'a.onnx' }), 'a.onnx: 비어 있습니다'],
  ['a picture as a model', () => openModel(png, { name: 'a.onnx' }), '그림 파일입니다. 그림을 받는 곳에'],
  ['noise as a model', () => openModel(new Uint8Array(900).fill(7), { name: 'm' }), '알려진 모델 파일'],
  [
    'an unknown operator',
    async () => openModel(await strangeOnnx(), { name: 'a.onnx' }),
    '이 연산자는 가져올 수 없습니다',
  ],
  [
    'a kernel that does not fit',
    () => stack(layers.conv2d({ filters: 2, kernelSize: 5, inputShape: [3, 3, 1] })),
    '5×5 커널이 패딩 없음(valid)인 3×3 입력에 들어가지 않습니다. 받은 값: ',
  ],
  [
    'a window that does not fit',
    () => stack(layers.maxPooling2d({ poolSize: 4, inputShape: [3, 3, 1] })),
    '4×4 창이 패딩 없음(valid)인 3×3 입력에',
  ],
  [
    'classes that are others',
    () => {
      const x = new Tensor('uint8', [2, 8, 8, 3], new Uint8Array(384));
      const y = new Tensor('int32', [2], new Int32Array(2));
      return alignClasses(small(), new PictureSet({ name: 'two', x, y, classNames: ['a', 'b'] }));
    },
    "모델은 클래스 3개를 구별하는데, 'two'에는 2개(",
  ],
  [
    'few points',
    () => project(new Tensor('float32', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 7)), { method: 'tsne', perplexity: 30 }),
    'perplexity는 그림 수(3)보다 작아야 합니다. 받은 값: 30',
  ],
])('of %s it says in Korean what is wrong', async (_, of, korean) => {
  const english = await refusal(of);
  const said = inKorean(english);
  expect(said, english).toContain(korean);
  // Names and words of the field stay, and what it is about; sentences do not.
  expect(said!.replace(/^[^:]*: |'[^']*'/g, '')).not.toMatch(/[a-z]+ [a-z]+ [a-z]+/i);
});

it('what it does not know stays as it is', () => {
  expect(inKorean('adam: beta1 must be below 1; received 2')).toBeUndefined();
  expect(inKorean("model.onnx: node 'a: b' (Zap): this operator cannot be imported; do this")).toBe(
    "model.onnx: node 'a: b' (Zap): 이 연산자는 가져올 수 없습니다. do this.",
  );
});
