import { describe, expect, it } from 'vitest';
import { language } from '../language/language.js';
import { decimal, flag, name, oneOf, place, wholeNumber } from './parameters.js';
import { readQuery, writeQuery } from './query.js';

const parameters = {
  picture: name('digit'),
  mode: oneOf(['sum', 'match'], 'sum'),
  stride: wholeNumber(1, 4, 1),
  rate: decimal(0, 1, 0.5),
  at: place([0, 0]),
  relu: flag(false),
};

describe('a state in an address', () => {
  it('is the same after it was written and read', () => {
    const values = {
      picture: 'file:α b&c=d%20+#?',
      mode: 'match',
      stride: 3,
      rate: 1e-5,
      at: [3, 14],
      relu: true,
    } as const;
    const query = writeQuery(parameters, values);
    expect(query).not.toMatch(/[\s#"<>]/);
    expect(readQuery(parameters, query)).toEqual({ values, problems: [] });
  });

  it('leaves out what is as in the beginning', () => {
    expect(writeQuery(parameters, readQuery(parameters, '').values)).toBe('');
    expect(writeQuery(parameters, { ...readQuery(parameters, '').values, at: [1, 2] })).toBe('at=1,2');
  });

  it.each([
    ['stride=0', 'stride=0: it must be a whole number from 1 to 4; opened with 1 instead'],
    ['stride=2.5', 'stride=2.5: it must be a whole number from 1 to 4; opened with 1 instead'],
    ['stride=', 'stride=: it must be a whole number from 1 to 4; opened with 1 instead'],
    ['mode=maximum', 'mode=maximum: it must be one of sum, match; opened with sum instead'],
    ['rate=2', 'rate=2: it must be a number from 0 to 1; opened with 0.5 instead'],
    ['at=3', 'at=3: it must be a row and a column, such as 0,0; opened with 0,0 instead'],
    ['at=-1,2', 'at=-1,2: it must be a row and a column, such as 0,0; opened with 0,0 instead'],
    ['relu=yes', 'relu=yes: it must be on or off; opened with off instead'],
    ['strides=2', 'strides is no part of this page’s address; did you mean stride?'],
    ['volume=11', 'volume is no part of this page’s address'],
    ['<b>=1', '<b> is no part of this page’s address'],
  ])('%s is refused with what to do', (query, said) => {
    const { values, problems } = readQuery(parameters, query);
    expect(problems.map((problem) => problem.said)).toEqual([said]);
    expect(values).toEqual(readQuery(parameters, '').values);
  });

  it('is refused in Korean where Korean is shown', () => {
    language.value = 'ko';
    try {
      expect(readQuery(parameters, 'stride=9').problems[0].said).toMatch(/1에서 4까지의 정수/);
    } finally {
      language.value = 'en';
    }
  });

  it('survives escapes that are none', () => {
    expect(readQuery(parameters, 'picture=%E0%A4').values.picture).toBe('%E0%A4');
  });
});
