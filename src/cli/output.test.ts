import { describe, expect, it } from 'vitest';
import { csvCell } from '../report/resultsCsv.js';
import { columns, printableLine } from './output.js';

describe('lines for a terminal', () => {
  it('have the control characters of names written out, but for what is shown bold', () => {
    const line = `class \u001b[31mred\u0007, \u009b2J, \rgone; \u001b[1mpage\u001b[22m\tas it is`;
    expect(printableLine(line)).toBe(
      'class \\u001b[31mred\\u0007, \\u009b2J, \\u000dgone; \u001b[1mpage\u001b[22m\tas it is',
    );
  });
});

describe('columns', () => {
  it('keep a name in one line, with its control characters written out before they are measured', () => {
    const rows = [
      ['class', 'n'],
      ['a\nb', 5],
      ['\u001b[31mred', 12],
    ];
    expect(columns(rows)).toEqual(['class          n', 'a\\nb            5', '\\u001b[31mred  12']);
  });

  it('stand under each other whatever script names are in', () => {
    const lines = columns([
      ['고양이', 5],
      ['cafe\u0301', 12],
      ['🐱', 7],
      ['cat', 1],
    ]);
    expect(lines).toEqual(['고양이   5', 'cafe\u0301    12', '🐱       7', 'cat      1']);
  });
});

describe('cells of tables', () => {
  it.each(['=cmd|calc', '+1', '-1', '@SUM(A1)'])('that a spreadsheet would run are text (%s)', (name) => {
    expect(csvCell(name)).toBe(`'${name}`);
  });

  it('hold numbers and other text as they are', () => {
    expect([-0.5, 3, NaN, 'a-b', 'x=1', undefined].map(csvCell)).toEqual(['-0.5', '3', '', 'a-b', 'x=1', '']);
  });
});
