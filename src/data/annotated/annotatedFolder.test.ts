import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Annotation } from '../../geometry/annotation.js';
import { RunLengthMask } from '../../geometry/runLengthMask.js';
import { annotatedFolder, type AnnotatedFolderOptions } from './annotatedFolder.node.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-annotated-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Files = Readonly<Record<string, string | object | Uint8Array>>;

let folders = 0;

/** A folder with files; a text `40x30` as the content of a picture is its size. */
async function folder(files: Files): Promise<string> {
  const path = join(root, String(folders++));
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    const size = typeof content === 'string' ? /^(\d+)x(\d+)$/.exec(content) : null;
    if (size) {
      const create = { width: Number(size[1]), height: Number(size[2]), channels: 3, background: '#246' } as const;
      await sharp({ create }).toFile(file);
    } else
      await writeFile(
        file,
        content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content),
      );
  }
  return path;
}

const open = async (files: Files, options: AnnotatedFolderOptions = {}) =>
  annotatedFolder(await folder(files), { size: [32, 32], validationSplit: 0, ...options });

const coco = (changes: object = {}): object => ({
  images: [
    { id: 7, file_name: 'a.png', width: 40, height: 30 },
    { id: 9, file_name: 'b.png', width: 20, height: 20 },
  ],
  categories: [
    { id: 3, name: 'cat' },
    { id: 8, name: 'dog' },
  ],
  annotations: [
    { id: 1, image_id: 7, category_id: 3, bbox: [4, 6, 10, 12], area: 120, iscrowd: 0 },
    {
      id: 2,
      image_id: 7,
      category_id: 8,
      bbox: [20, 3, 10, 20],
      segmentation: [[20, 3, 30, 3, 30, 23, 20, 23]],
      iscrowd: 0,
    },
  ],
  ...changes,
});
const pictures = { 'images/a.png': '40x30', 'images/b.png': '20x20' };

const voc = (file: string, objects: string): string =>
  `<?xml version="1.0"?><annotation><folder>x</folder><filename>${file}</filename><size><width>40</width><height>30</height>` +
  `<depth>3</depth></size>${objects}</annotation>`;
const vocObject = (name: string, [x1, y1, x2, y2]: readonly (number | string)[], more = ''): string =>
  `<object><name>${name}</name>${more}<bndbox><xmin>${x1}</xmin><ymin>${y1}</ymin><xmax>${x2}</xmax><ymax>${y2}</ymax></bndbox></object>`;

const boxes = (annotations: readonly Annotation[], names: readonly string[]): unknown[] =>
  annotations.map(({ label, box }) => [names[label], ...box.map((edge) => Math.round(edge * 1000) / 1000)]);
const expected = [
  ['cat', 4, 6, 14, 18],
  ['dog', 20, 3, 30, 23],
];

describe('a folder of pictures with annotations, opened by what its files hold', () => {
  it.each<[string, string, Files]>([
    ['COCO’s JSON', 'COCO', { ...pictures, 'annotations/instances.json': coco() }],
    [
      'Pascal VOC’s XML, whose first pixel is 1',
      'Pascal VOC',
      {
        'JPEGImages/a.png': '40x30',
        'Annotations/a.xml': voc('a.png', vocObject('cat', [5, 7, 14, 18]) + vocObject('dog', [21, 4, 30, 23])),
      },
    ],
    [
      'VOC’s XML of tools that write edges from 0',
      'Pascal VOC',
      {
        'a.png': '40x30',
        'a.xml': voc('a.png', vocObject('cat', ['4.0', 6, 14, 18]) + vocObject('dog', [20, 3, 30, '23.00'])) + '\n',
        'b.png': '40x30',
        'b.xml': voc('b.png', vocObject('cat', [0, 0, 5, 5])),
      },
    ],
    [
      'YOLO’s text files',
      'YOLO',
      {
        ...pictures,
        'labels/a.txt': '0 0.225 0.4 0.25 0.4\r\n1 0.625 0.43333333 0.25 0.66666667\r\n',
        'data.yaml': 'path: .\ntrain: images\nnames:\n  0: cat\n  1: dog\n',
      },
    ],
    [
      'YOLO’s polygons, with a list of names alone',
      'YOLO',
      {
        'obj_train_data/a.png': '40x30',
        'obj_train_data/a.txt':
          '0 0.1 0.2 0.35 0.2 0.35 0.6 0.1 0.6\n1 0.5 0.1 0.75 0.1 0.75 0.766666667 0.5 0.766666667\n',
        'obj.names': 'cat\ndog\n',
      },
    ],
    [
      'LabelMe’s JSON',
      'LabelMe',
      {
        'a.png': '40x30',
        'a.json': {
          imagePath: 'a.png',
          imageWidth: 40,
          imageHeight: 30,
          shapes: [
            {
              label: 'cat',
              shape_type: 'rectangle',
              points: [
                [14, 18],
                [4, 6],
              ],
            },
            {
              label: 'dog',
              shape_type: 'polygon',
              points: [
                [20, 3],
                [30, 3],
                [30, 23],
                [20, 23],
              ],
            },
          ],
        },
      },
    ],
  ])('%s', async (_, format, files) => {
    const { train, format: own } = await open(files);
    expect(own).toBe(format);
    expect(train.classNames).toEqual(['cat', 'dog']);
    const at = Array.from({ length: train.size }, (__, i) => i).find((i) => train.picture(i).name.endsWith('a.png'))!;
    expect(boxes(train.annotations(at), train.classNames)).toEqual(expected);
    expect(train.problems).toEqual([]);
    const { width, height } = train.picture(at);
    expect([width, height]).toEqual([40, 30]);
    const pixels = await train.pixels(at);
    expect([...pixels.data.subarray(0, 3)]).toEqual([0x22, 0x44, 0x66]);
    const x = new Float32Array(32 * 32 * 3);
    const [{ annotations }] = await train.fill([at], x);
    expect(annotations[0].box[0]).toBeCloseTo(4 * (32 / 40), 9);
  });

  it('reads COCO’s run lengths, compressed or not, crowds and keypoints', async () => {
    const mask = RunLengthMask.fromPolygons([[2, 2, 9, 2, 9, 9, 2, 9]], 30, 40);
    const annotations = [
      {
        id: 1,
        image_id: 7,
        category_id: 1,
        bbox: [2, 2, 7, 7],
        segmentation: mask.toCoco(),
        iscrowd: 0,
        keypoints: [3, 4, 2, 0, 0, 0],
      },
      {
        id: 2,
        image_id: 7,
        category_id: 1,
        segmentation: { size: [30, 40], counts: Array.from(mask.counts) },
        iscrowd: 1,
      },
    ];
    const categories = [{ id: 1, name: 'person', keypoints: ['nose', 'tail'] }];
    const { train } = await open({ ...pictures, 'x.json': coco({ annotations, categories }) });
    const [first, second] = train.annotations(0);
    expect(train.pointNames).toEqual(['nose', 'tail']);
    expect(first.mask!.toCoco()).toEqual(mask.toCoco());
    expect(first.points).toEqual([
      [3, 4, 2],
      [0, 0, 0],
    ]);
    expect(second).toMatchObject({ crowd: true, box: [2, 2, 9, 9] });
    expect(train.annotations(1)).toEqual([]);
  });

  it('reads YOLO’s keypoints and parts, of folders and of lists', async () => {
    const { train, validation, test } = await open({
      'set/images/train/a.png': '40x30',
      'set/labels/train/a.txt': '0 0.5 0.5 0.5 0.5 0.4 0.4 2 0 0 0\n',
      'set/images/val/b.png': '20x20',
      'set/labels/val/b.txt': '',
      'set/other/c.png': '20x20',
      'set/test.txt': './other/c.png\n',
      'set/data.yaml': 'train: images/train\nval: images/val\ntest: test.txt\nkpt_shape: [2, 3]\nnames: [cat]\n',
    });
    expect([train.size, validation!.size, test.size]).toEqual([1, 1, 1]);
    expect(train.annotations(0)[0].points).toEqual([
      [16, 12, 2],
      [0, 0, 0],
    ]);
    expect(test.picture(0).name).toBe('set/other/c.png');
  });

  it('reads masks as PNG files, by the places in their palette, what is ignored among them', async () => {
    const png = (values: Uint8Array, palette: boolean): Promise<Uint8Array> =>
      sharp(values, { raw: { width: 8, height: 6, channels: 1 } })
        .png(palette ? { palette: true, colours: 4, dither: 0 } : {})
        .toColourspace('b-w')
        .toBuffer();
    const values = new Uint8Array(48);
    values.fill(1, 0, 10).fill(2, 20, 24).fill(255, 40);
    const { train, format } = await open({
      'images/a.png': '8x6',
      'masks/a.png': await png(values, false),
      'classes.txt': 'ground\ncat\ndog\n',
    });
    expect([format, ...train.classNames]).toEqual(['masks', 'cat', 'dog']);
    const [cat, dog] = train.annotations(0);
    expect([cat.mask!.area, dog.mask!.area]).toEqual([10, 4]);
    expect(train.picture(0).ignored!.area).toBe(8);
    const painted = await open({
      'images/a.png': '8x6',
      'masks/a_mask.png': await png(
        values.map((value) => (value === 2 ? 255 : 0)),
        false,
      ),
    });
    expect(painted.train.annotations(0).map(({ mask }) => mask!.area)).toEqual([4]);
  });

  it('holds out a share where there are no parts, the same for a seed', async () => {
    const images = Array.from({ length: 10 }, (_, i) => ({ id: i, file_name: `${i}.png`, width: 8, height: 8 }));
    const files = Object.fromEntries(images.map(({ file_name }) => [file_name, '8x8']));
    const path = await folder({ ...files, 'x.json': coco({ images, annotations: [] }) });
    const names = async (seed: number): Promise<string[]> => {
      const { train, validation } = await annotatedFolder(path, { size: [8, 8], seed });
      expect([train.size, validation!.size]).toEqual([8, 2]);
      return Array.from({ length: 2 }, (_, i) => validation!.picture(i).name);
    };
    expect(await names(1)).toEqual(await names(1));
    expect(await names(1)).not.toEqual(await names(2));
  });
});

describe('bad annotations', () => {
  const one = (changes: object, i = 1): object => ({
    id: i,
    image_id: 7,
    category_id: 3,
    bbox: [4, 6, 10, 12],
    ...changes,
  });

  it.each<[string, string, object, string]>([
    ['outside the picture', 'outside', one({ bbox: [50, 5, 5, 5] }), '[50, 5, 55, 10] of 40 × 30'],
    ['without area', 'empty', one({ bbox: [4, 6, 0, 12] }), '0 × 12'],
    ['turned inside out', 'empty', one({ bbox: [4, 6, -3, 12] }), '-3 × 12'],
    ['of no numbers', 'notFinite', one({ bbox: [4, null, 3, 12] }), '[4'],
    ['of three numbers', 'notFinite', one({ bbox: [4, 5, 6] }), '[4, 5, 6]'],
    ['of a class that is not listed', 'unknownClass', one({ category_id: 99 }), "'99'"],
    ['in a picture that is not listed', 'unknownPicture', one({ image_id: 99 }), 'image 99'],
    ['given twice', 'duplicateId', one({}, 50), 'in image 7'],
    [
      'with run lengths that do not fill the picture',
      'damaged',
      one({ segmentation: { size: [30, 40], counts: [4] } }),
      'the sum 1200',
    ],
    [
      'with a mask of another size',
      'damaged',
      one({ segmentation: { size: [2, 2], counts: [4] } }),
      '2 × 2 in a picture of 40 × 30',
    ],
    ['with a polygon of two corners', 'empty', one({ segmentation: [[1, 2, 3, 4]] }), 'three corners'],
  ])('%s are left out and named', async (_, kind, annotation, detail) => {
    const annotations = [one({}, 50), { ...annotation, id: kind === 'duplicateId' ? 50 : 1 }];
    const files = { ...pictures, 'x.json': coco({ annotations }) };
    const { train } = await open(files);
    expect(train.annotations(0)).toHaveLength(1);
    expect(train.problems).toHaveLength(1);
    expect(train.problems[0]).toMatchObject({ kind });
    expect(train.problems[0].detail).toContain(detail);
    expect(train.problemLines[0]).toContain('1 × ');
    await expect(open(files, { strict: true })).rejects.toThrow(detail);
  });

  it('are cut where they reach beyond the picture, which is told from a pixel on', async () => {
    const annotations = [one({ bbox: [-0.5, 0, 10, 10] }), one({ bbox: [35, 20, 20, 20] }, 2)];
    const { train } = await open({ ...pictures, 'x.json': coco({ annotations }) });
    expect(train.annotations(0).map(({ box }) => box)).toEqual([
      [0, 0, 9.5, 10],
      [35, 20, 40, 30],
    ]);
    expect(train.problems.map(({ kind, where }) => [kind, where])).toEqual([['cut', 'x.json, annotation 2']]);
  });

  it('are counted of pictures that are not there, broken, of another size or listed twice', async () => {
    const images = [
      ...(coco() as { images: object[] }).images,
      { id: 9, file_name: 'b.png', width: 20, height: 20 },
      { id: 10, file_name: 'gone.png', width: 20, height: 20 },
      { id: 11, file_name: 'broken.png', width: 20, height: 20 },
      { id: 12, file_name: 'large.png', width: 20, height: 20 },
    ];
    const files = { ...pictures, 'broken.png': 'nothing', 'large.png': '30x30', 'x.json': coco({ images }) };
    const { train } = await open(files);
    expect(train.size).toBe(2);
    expect(train.problems.map(({ kind }) => kind)).toEqual([
      'duplicateId',
      'missingPicture',
      'brokenPicture',
      'otherSize',
    ]);
  });

  it('are named by their lines in YOLO’s files, and files without pictures by themselves', async () => {
    const { train } = await open({
      ...pictures,
      'labels/a.txt': '0 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2\n0 nan 0.5 0.2 0.2\n0 0.5\n0 0.5 0.5 0 0.2\n',
      'labels/z.txt': '0 0.5 0.5 0.2 0.2\n',
      'data.yaml': 'names: [cat]\n',
    });
    expect(train.annotations(0)).toHaveLength(1);
    expect(train.problems.map(({ kind, where }) => `${kind} ${where}`)).toEqual([
      'damaged labels/a.txt, line 4',
      'unknownClass labels/a.txt, line 2',
      'notFinite labels/a.txt, line 3',
      'empty labels/a.txt, line 5',
      'missingPicture labels/z.txt',
    ]);
  });

  it('may be of numbers that Python writes and JSON does not have', async () => {
    const text = JSON.stringify(coco({ annotations: [one({}), one({ bbox: [4, 'x', 10, 12] }, 2)] })).replace(
      '"x"',
      'NaN',
    );
    const { train } = await open({ ...pictures, 'x.json': text });
    expect(train.annotations(0)).toHaveLength(1);
    expect(train.problems.map(({ kind }) => kind)).toEqual(['notFinite']);
  });

  it('say what a folder without annotations holds, and which file is damaged', async () => {
    await expect(open(pictures)).rejects.toThrow('has no annotations');
    await expect(open(pictures)).rejects.toThrow('it holds 2 .png');
    await expect(open({ ...pictures, 'x.json': coco({ categories: [] }) })).rejects.toThrow('no list of categories');
    await expect(annotatedFolder(join(root, 'nowhere'), { size: [8, 8] })).rejects.toThrow('cannot read');
    await expect(annotatedFolder(root)).rejects.toThrow('needs the size');
    const { train } = await open({
      'a.png': '40x30',
      'a.xml': voc('a.png', ''),
      'b.xml': '<annotation><a></annotation>',
    });
    expect(train.problems.map(({ kind, where }) => [kind, where])).toEqual([['damaged', 'b.xml']]);
  });
});

const data = process.env.STRIATE_DATA;
it.skipIf(!data)(
  `opens photos with annotations that lie elsewhere${data ? '' : ': skipped, STRIATE_DATA names no folder'}`,
  async () => {
    const annotations = fileURLToPath(new URL('../../../test/fixtures/cats-dogs-boxes.json', import.meta.url));
    const { train, validation, format } = await annotatedFolder(join(data!, 'cats-dogs'), {
      size: [320, 320],
      annotations,
    });
    expect([format, train.size, validation!.size]).toEqual(['COCO', 50, 50]);
    expect(train.problems).toEqual([]);
    expect(train.classNames).toEqual(['cat', 'dog']);
    const counted = [0, 0];
    for (const set of [train, validation!]) {
      for (let i = 0; i < set.size; i++) {
        for (const { label, crowd } of set.annotations(i)) if (!crowd) counted[label]++;
        const classes = new Set(set.annotations(i).map(({ label }) => label));
        expect([...classes]).toEqual([set.picture(i).name.includes('/cats/') ? 0 : 1]);
      }
    }
    // One picture is a heap of kittens that nobody counts.
    expect(counted).toEqual([51, 53]);
  },
);
