import { expect, it } from 'vitest';
import { namedPreprocessing, preprocessingNames } from './namedPreprocessing.js';
import { preparePicture } from './preparePicture.js';
import {
  completePreprocessing,
  parsePreprocessing,
  resolvePreprocessing,
  readPreprocessing,
  takePreprocessing,
} from './preprocessing.js';

/** One pixel of known colour. */
const pixel = { width: 1, height: 1, data: Uint8Array.of(255, 51, 0, 255) };

it('is read from metadata, at the model’s size', () => {
  const torch = namedPreprocessing('torch', [32, 48, 3]);
  const metadata = { preprocessing: JSON.stringify(torch), mean: '1,2,3', remark: 'mine' };
  expect(takePreprocessing(metadata, [64, 96, 3], 'x')).toEqual({
    preprocessing: { ...torch, size: [64, 96], resize: 64 },
    metadata: { mean: '1,2,3', remark: 'mine' },
  });
  expect(takePreprocessing(metadata, [7], 'x')).toEqual({ preprocessing: undefined, metadata });
  expect(() => readPreprocessing({ preprocessing: '[1]' }, [8, 8, 3], 'x')).toThrow(/^x, metadata 'preprocessing': /);
});

it('reads what older files say', () => {
  const metadata = { input: 'BGR 0-255, 227x227 bicubic', mean: '103.939,116.779,123.68' };
  const found = readPreprocessing(metadata, [24, 24, 3], 'x')!;
  expect(found).toMatchObject({ size: [24, 24], fit: 'stretch', channels: 'BGR', interpolation: 'bicubic' });
  const { data } = preparePicture(pixel, { ...found, size: [1, 1] });
  [-103.939, 51 - 116.779, 255 - 123.68].forEach((value, i) => expect(data[i]).toBeCloseTo(value, 2));
  expect(readPreprocessing({ mean: 'a text of the user’s own' }, [24, 24, 3], 'x')).toBeUndefined();
});

it('has defaults for everything but the size', () => {
  const { geometry, normalization } = resolvePreprocessing({ size: [6, 8] });
  expect(geometry).toEqual({ height: 6, width: 8, channels: 3, fit: 'crop', margin: 1, interpolation: 'bilinear' });
  expect(normalization).toEqual({});
  expect(resolvePreprocessing(completePreprocessing({}, [6, 8, 1])).geometry).toEqual({ ...geometry, channels: 1 });
  expect(() => resolvePreprocessing({ size: [0, 8] })).toThrow(/size must be .* received \[0, 8\]/);
  expect(() => resolvePreprocessing({ size: [6, 8], mean: [1, 2] })).toThrow(/mean needs one number for each of 3/);
});

it.each([
  ['torch', [(1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, -0.406 / 0.225]],
  ['tf', [1, -0.6, -1]],
  ['caffe', [-103.939, 51 - 116.779, 255 - 123.68]],
  ['0-1', [1, 0.2, 0]],
  ['0-255', [255, 51, 0]],
  ['rgb-means', [255 - 123, 51 - 117, -104]],
])('%s gives the numbers that it stands for', (name, expected) => {
  const { data } = preparePicture(pixel, namedPreprocessing(name, [1, 1, 3]));
  expected.forEach((value, i) => expect(data[i]).toBeCloseTo(value, 3));
});

it('cuts for torchvision’s weights what torchvision cuts, and nothing of small pictures', () => {
  expect(namedPreprocessing('torch', [224, 224, 3])).toMatchObject({ size: [224, 224], resize: 256, fit: 'crop' });
  expect(namedPreprocessing('torch', [32, 32, 3])).toMatchObject({ resize: 32 });
  expect(Object.keys(preprocessingNames)).toEqual(['torch', 'tf', 'caffe', '0-1', '0-255', 'rgb-means', 'drawing']);
  expect(namedPreprocessing('tf', [28, 28, 1])).toMatchObject({ channels: 'grey', mean: [0.5] });
  expect(() => namedPreprocessing('torch', [28, 28, 1])).toThrow(/preprocessing 'torch': mean must be .* 1 channels/);
  expect(() => namedPreprocessing('pytorch', [28, 28, 3])).toThrow(/'pytorch': .* torch, tf, caffe/);
});

it('shows all of a picture with contain, on black ground', () => {
  const bar = { width: 4, height: 2, data: new Uint8Array(32).fill(255) };
  const { data } = preparePicture(bar, { size: [4, 4], channels: 'grey', fit: 'contain', mean: [0.5] });
  expect([...data]).toEqual([
    ...Array<number>(4).fill(-0.5),
    ...Array<number>(8).fill(0.5),
    ...Array<number>(4).fill(-0.5),
  ]);
});

it('fills in what JSON leaves out, and names what is wrong with it', () => {
  const parse = (text: string): unknown => parsePreprocessing(text, 'mine.json', [16, 16, 3]);
  expect(parse('{"mean": [0.5], "resize": 20}')).toEqual({
    size: [16, 16],
    resize: 20,
    fit: 'crop',
    mean: [0.5, 0.5, 0.5],
    std: [1, 1, 1],
    channels: 'RGB',
    interpolation: 'bilinear',
  });
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['torch', /^mine\.json: preprocessing must be a JSON object.*'torch'/],
    ['[1]', /must be a JSON object/],
    ['{"means": [1]}', /there is no option .means.; did you mean mean\?; the options are size, resize/],
    ['{"std": [1, 0, 1]}', /std must be a number for each of 3 channels, none of them 0/],
    ['{"mean": [1, 2]}', /mean must be/],
    ['{"size": [16]}', /size must be/],
    ['{"fit": "zoom"}', /fit must be crop, stretch, contain; received "zoom"/],
    ['{"channels": "grey"}', /channels must suit the model/],
  ];
  for (const [text, message] of wrong) expect(() => parse(text)).toThrow(message);
});
