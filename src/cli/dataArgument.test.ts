import { describe, expect, it } from 'vitest';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { testedOn } from './dataArgument.js';

const part = (name: string): DataSet => ({ name }) as unknown as DataSet;

describe('what a result is called', () => {
  it('is test where there are pictures of a test, validation where those of validation stand in for them', () => {
    const [train, validation, test] = [part('train'), part('validation'), part('test')];
    const sets: readonly DataSplits[] = [
      { train, test },
      { train, validation, test },
      { train, validation, test: validation },
    ];
    expect(sets.map(testedOn)).toEqual(['test', 'test', 'validation']);
  });
});
