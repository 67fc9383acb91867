import { describe, expect, it } from 'vitest';
import { matchPaths } from './matchPaths.js';

const paths = (...names: string[]): string[][] => names.map((name) => name.split('/'));

describe('matchPaths', () => {
  it('takes equal paths before those that only end so', () => {
    expect(matchPaths(paths('d', 'inner/b/d'), paths('inner/b/d', 'inner/a/d'))).toEqual([1, 0]);
  });

  it('finds a path with more names before it, or fewer', () => {
    expect(matchPaths(paths('conv', 'head/dense'), paths('dense', 'model/conv'))).toEqual([1, 0]);
    expect(matchPaths([['stem/bn']], [['model', 'stem', 'bn']])).toEqual([0]);
  });

  it('leaves out what could mean two layers', () => {
    expect(matchPaths(paths('d'), paths('a/d', 'b/d'))).toEqual([undefined]);
    expect(matchPaths(paths('a/d', 'b/d'), paths('d'))).toEqual([undefined, undefined]);
    expect(matchPaths(paths('bd'), paths('d'))).toEqual([undefined]);
  });
});
