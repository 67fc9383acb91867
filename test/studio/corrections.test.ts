import { expect, it } from 'vitest';
import { readLabelTable } from '../../src/cli/train/labelTable.js';
import { correctionsCsv, decisionCounts, standing, type Decisions } from '../../studio/pages/mistakes/corrections.js';

const decisions: Decisions = [
  { index: 4, decision: 'relabel', label: 1 },
  { index: 2, decision: 'leave out' },
  { index: 4, decision: 'relabel', label: 0 },
  { index: 7, decision: 'right' },
];
const pictures = { part: 'test', classNames: ['a "b", c', 'd'], labels: [0, 0, 1, 0, 1, 0, 0, 1] };

it('of several decisions about a picture the last one stands, and undoing goes back to the one before', () => {
  expect([...standing(decisions).keys()]).toEqual([2, 4, 7]);
  expect(standing(decisions).get(4)).toMatchObject({ label: 0 });
  expect(standing(decisions.slice(0, -2)).get(4)).toMatchObject({ label: 1 });
  expect(decisionCounts(decisions)).toEqual({ right: 1, relabel: 1, 'leave out': 1 });
});

it('the difference file is what train --labels reads', () => {
  const lines = readLabelTable(correctionsCsv(decisions, pictures), 'it');
  expect(lines).toEqual([
    { line: 2, file: undefined, place: { part: 'test', index: 2 }, decision: 'leave out', label: undefined, was: 'd' },
    { line: 3, file: undefined, place: { part: 'test', index: 4 }, decision: 'relabel', label: 'a "b", c', was: 'd' },
    { line: 4, file: undefined, place: { part: 'test', index: 7 }, decision: 'right', label: undefined, was: 'd' },
  ]);
  const files = Array.from({ length: 8 }, (_, i) => `photos/${i}, again.png`);
  const [first] = readLabelTable(correctionsCsv(decisions, { ...pictures, files }), 'it');
  expect(first).toMatchObject({ file: 'photos/2, again.png', place: undefined });
});
