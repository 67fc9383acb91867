import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunLengthMask } from '../../geometry/runLengthMask.js';
import { scenes } from '../scenes.js';
import { annotatedFolder } from './annotatedFolder.node.js';
import { cocoAnnotations, cocoResults } from './cocoFile.js';
import { labelMapOf } from './labelMapOf.js';

const { train } = scenes({ seed: 8, train: 4, test: 1, size: 48 });
const pictures = [0, 1, 2, 3].map((i) => ({ ...train.picture(i), name: `${i}.png` }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-coco-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a set written as COCO’s file', () => {
  it('is read as it was: pixels, boxes, masks, points and names', async () => {
    for (const [i, { name }] of pictures.entries()) {
      const { data, width, height } = await train.pixels(i);
      await sharp(data, { raw: { width, height, channels: 3 } }).toFile(join(folder, name));
    }
    await writeFile(join(folder, 'set.json'), JSON.stringify(cocoAnnotations(pictures, train)));
    const { train: read } = await annotatedFolder(folder, { size: [48, 48], validationSplit: 0 });
    expect(read.problems).toEqual([]);
    expect([read.classNames, read.pointNames]).toEqual([train.classNames, train.pointNames]);
    for (let i = 0; i < 4; i++) {
      expect(Uint8Array.from((await read.pixels(i)).data)).toEqual((await train.pixels(i)).data);
      const [own, other] = [read.annotations(i), train.annotations(i)];
      expect(own.map(({ box, label, points }) => ({ box, label, points }))).toEqual(
        other.map(({ box, label, points }) => ({ box, label, points })),
      );
      expect(own.map(({ mask }) => mask!.toCoco())).toEqual(other.map(({ mask }) => mask!.toCoco()));
    }
  });

  it('has results by the numbers of their pictures', () => {
    const box = [10, 20, 40, 60] as const;
    expect(cocoResults([[], [{ label: 1, score: 0.5, box }]], [7, 9])).toEqual([
      { image_id: 9, category_id: 2, score: 0.5, bbox: [10, 20, 30, 40] },
    ]);
  });
});

describe('things as one mask of classes', () => {
  it('are numbered from 1 on nothing, what nobody knows is 255', () => {
    const mask = (pixels: readonly number[]) => RunLengthMask.fromArray(pixels, 2, 3);
    const box = [0, 0, 1, 1] as const;
    const annotations = [
      { label: 0, box, mask: mask([1, 1, 0, 0, 0, 0]) },
      { label: 4, box, mask: mask([0, 1, 0, 1, 0, 0]) },
    ];
    const { data } = labelMapOf({ annotations, ignored: mask([0, 0, 0, 0, 0, 1]) }, { height: 2, width: 3 });
    expect([...data]).toEqual([1, 5, 0, 5, 0, 255]);
    expect(() => labelMapOf({ annotations: [{ label: 0, box }] }, { height: 2, width: 3 })).toThrow('received no mask');
    expect(() => labelMapOf({ annotations }, { height: 3, width: 2 })).toThrow('a mask of 2 × 3');
  });

  it('follow an example through its changes', async () => {
    const x = new Float32Array(48 * 48 * 3);
    const [things] = await train.fill([1], x);
    const { data } = labelMapOf(things, { height: 48, width: 48 });
    const inside = things.annotations.reduce((sum, { mask }) => sum + mask!.area, 0);
    expect(data.filter((value) => value > 0)).toHaveLength(inside);
  });
});
