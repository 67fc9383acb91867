import { describe, expect, it } from 'vitest';
import { nameProblem, snapshotFiles, type SnapshotClass } from './snapshots.js';

const taken = (name: string, count: number): SnapshotClass => ({
  name,
  pictures: Array.from({ length: count }, (_, i) => new Blob([`${name} ${i}`])),
});

describe('snapshotFiles', () => {
  it('holds out the last fifth of each class, at least one', () => {
    const paths = snapshotFiles([taken('cup', 10), taken('hand', 6)]).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('cup, hand · 16/train/cup/'))).toHaveLength(8);
    expect(paths.filter((path) => path.includes('/validation/cup/'))).toEqual([
      'cup, hand · 16/validation/cup/0009.jpg',
      'cup, hand · 16/validation/cup/0010.jpg',
    ]);
    expect(paths.filter((path) => path.includes('/validation/hand/'))).toHaveLength(2);
    expect(snapshotFiles([taken('a', 1)])[0].path).toBe('a · 1/validation/a/0001.jpg');
  });

  it('makes folders of any names: slashes, dots before, and those that mean something in data', () => {
    const files = snapshotFiles([taken('and/or', 5), taken('..hidden', 5), taken('test', 5), taken(' 컵 ', 5)]);
    const classes = new Set(files.map(({ path }) => path.split('/')[2]));
    expect([...classes]).toEqual(['and or', 'hidden', 'test', '컵']);
    expect(files.every(({ path }) => path.split('/').length === 4)).toBe(true);
  });
});

describe('nameProblem', () => {
  it('says which names are missing, and which are another class’s', () => {
    const classes = [taken('cup', 1), taken('Cup', 1), taken(' cup', 1), taken('. ', 1)];
    expect(classes.map((_, at) => nameProblem(classes, at))).toEqual([
      undefined,
      undefined,
      'nameTaken',
      'nameMissing',
    ]);
  });
});
