import { expect, it, vi } from 'vitest';
import { UniqueNames } from './uniqueNames.js';

it('gives each name once, with the lowest number that is free', () => {
  const names = new UniqueNames();
  const taken = ['a', 'a_2', 'a', 'a', 'a', 'b', 'a_1', '__proto__', '__proto__'].map((name) => names.take(name));
  expect(taken).toEqual(['a', 'a_2', 'a_1', 'a_3', 'a_4', 'b', 'a_1_1', '__proto__', '__proto___1']);
  expect(names.take('a', 'c')).toBe('c_1');
  expect([names.has('c_1'), names.has('c')]).toEqual([true, false]);
});

it('looks at few names for each of twenty thousand that are alike', () => {
  const looked = vi.spyOn(Set.prototype, 'has');
  const names = new UniqueNames();
  for (let i = 0; i < 20_000; i++) names.take('dense');
  const { length } = looked.mock.calls;
  looked.mockRestore();
  expect(length).toBeLessThan(60_000);
  expect(names.take('dense')).toBe('dense_20000');
});
