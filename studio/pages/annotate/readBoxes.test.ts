import { describe, expect, it } from 'vitest';
import { readCoco } from './cocoBoxes.js';
import { withAnnotations, withoutClass, withPictures, type AnnotatedFile, type Work } from './work.js';
import { readYolo, yamlNames, yoloFiles } from './yoloBoxes.js';

const extent = { width: 100, height: 50 };
const picture = (name: string): AnnotatedFile => {
  return { ...extent, hash: name, name, blob: new Blob([name]), order: 0, boxes: [] };
};

describe('annotations of files', () => {
  it('classes of a data.yaml are read in the forms that are written', () => {
    const forms = [
      'names: [cat, "dog, big"]\n',
      'nc: 2\nnames:\n  0: cat\n  1: dog, big\n',
      "names:\n- cat\n- 'dog, big'\n",
    ];
    for (const form of forms) expect(yamlNames(form)).toEqual(['cat', 'dog, big']);
    expect(yamlNames('train: images\n')).toEqual([]);
  });

  it('lines of YOLO that are no box are left out, polygons become the box around them', async () => {
    const text = '0 0.5 0.5 0.2 0.4\n1 nan 0.5 0.2 0.4\n1 0.1 0.2 0.3 0.2 0.3 0.8\n0 5 5 0.1 0.1\nnothing\n';
    const files = [{ path: 'set/labels/a.txt', file: new Blob([text]) }];
    const read = await readYolo(files, ['a.png', 'b.png']);
    expect([...read.pictures.keys()]).toEqual(['a.png']);
    expect(read.pictures.get('a.png')!(extent)).toEqual([
      { label: 0, box: [40, 15, 60, 35] },
      { label: 1, box: [10, 10, 30, 40] },
    ]);
  });

  it('boxes of COCO that are none are left out, and those at an edge cut', () => {
    const annotations = [[10, 10, 20, 20], [90, 40, 500, 500], [10, 10, -5, 5], [200, 10, 5, 5], 'none'].map((bbox) => {
      return { image_id: 7, category_id: 3, bbox };
    });
    const content = { images: [{ id: 7, file_name: 'x/a.png' }], categories: [{ id: 3, name: 'cat' }], annotations };
    const read = readCoco(JSON.stringify(content), 'a.json');
    expect(read.pictures.get('a.png')!(extent).map(({ box }) => box)).toEqual([
      [10, 10, 30, 30],
      [90, 40, 100, 50],
    ]);
    expect(() => readCoco('[1, 2]', 'a.json')).toThrow('a.json');
  });

  it('come to the pictures of their names and the classes of theirs, and go round', async () => {
    const start: Work = {
      classNames: ['dog'],
      pointNames: ['top'],
      pictures: [{ ...picture('b.png'), boxes: [{ label: 0, box: [0, 0, 9, 9] }] }],
    };
    const work = withPictures(start, [picture('a.png'), { ...picture('other'), name: 'b.png' }]);
    expect(work.pictures.map(({ name }) => name)).toEqual(['b.png', 'a.png', 'b-2.png']);
    const thing = { label: 1, box: [10, 20, 30, 40] } as const;
    const brought = withAnnotations(work, {
      classNames: ['dog', 'cat'],
      pointNames: [],
      pictures: new Map(['a.png', 'gone.png'].map((name) => [name, () => [thing]])),
    });
    expect([brought.unknown, brought.work.classNames]).toEqual([1, ['dog', 'cat']]);
    const read = await readYolo(yoloFiles(brought.work), ['a.png', 'b.png', 'b-2.png']);
    expect(read.classNames).toEqual(['dog', 'cat']);
    expect(read.pictures.get('a.png')!(extent)).toEqual([thing]);
    // Classes after one that goes take its place, with their boxes.
    const left = withoutClass(brought.work, 0);
    expect(left.pictures.map(({ boxes }) => boxes.map(({ label }) => label))).toEqual([[], [0], []]);
  });
});
