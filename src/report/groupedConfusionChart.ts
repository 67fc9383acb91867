import type { ChartOptions, ChartSpec } from './chartSpec.js';
import { withoutControls } from '../platform/escapeMarkup.js';
import { topConfusions } from './classScores.js';
import type { ConfusionCounts } from './confusionCounts.js';
import { chartConfig, palette } from './reportPalette.js';

/** Rows and columns that still can be told apart. */
const groupsUpTo = 50;
/** The most frequent mistakes that are named. */
const pairsShown = 24;
/** Letters of a class's name; a row of two must fit beside the matrix. */
const lettersShown = 22;

/**
 * The confusions of many classes: a heat map of groups of neighbouring classes, a cell's strength being its share of the
 * row, and the most frequent mistakes by name.
 */
export function groupedConfusionSpec(
  counts: ConfusionCounts,
  classNames: readonly string[],
  options: ChartOptions = {},
): ChartSpec {
  const each = Math.ceil(counts.classes / groupsUpTo);
  const groups = Math.ceil(counts.classes / each);
  // What users name is looked up by number: it is text, never a key.
  const names = Array.from({ length: groups }, (_, i) => shortened(classNames[i * each]));
  const worst = topConfusions(counts, classNames, pairsShown);
  const pairs = worst.map(({ label, predicted }) => `${shortened(label)} → ${shortened(predicted)}`);
  const axis = { labelAngle: 0, ticks: false, domain: false, labelOverlap: true, labelLimit: 160 } as const;
  const lookedUp = 'classGroups[datum.value]';
  const sort = Array.from({ length: groups }, (_, i) => i);
  const scale = { domain: sort };
  const title = (what: string): string => (each === 1 ? what : `${what}, groups of ${each} from`);
  const matrix = {
    width: { step: 560 / groups },
    height: { step: 560 / groups },
    data: { values: groupedCells(counts, each, groups) },
    mark: { type: 'rect', color: palette.training.light },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        title: title('true class'),
        sort,
        scale,
        axis: { ...axis, labelExpr: lookedUp },
      },
      x: {
        field: 'column',
        type: 'ordinal',
        title: title('predicted class'),
        sort,
        scale,
        axis: { ...axis, orient: 'top', labelAngle: -45, labelExpr: lookedUp },
      },
      fillOpacity: {
        field: 'strength',
        type: 'quantitative',
        scale: { domain: [0, 1], range: [0.06, 1] },
        legend: null,
      },
    },
  } as const;
  const mistakes = {
    width: 180,
    height: { step: 560 / pairsShown },
    title: { text: 'most frequent mistakes', anchor: 'start', fontWeight: 'normal' },
    data: { values: worst.map(({ times }, pair) => ({ pair, times })) },
    encoding: {
      y: {
        field: 'pair',
        type: 'ordinal',
        title: null,
        axis: { ...axis, labelLimit: 320, labelExpr: 'classPairs[datum.value]' },
      },
      x: { field: 'times', type: 'quantitative', axis: null },
    },
    layer: [
      { mark: { type: 'bar', color: palette.validation.light, height: { band: 0.6 } } },
      {
        mark: { type: 'text', align: 'left', dx: 4, color: palette.ink.light },
        encoding: { text: { field: 'times', type: 'quantitative', format: 'd' } },
      },
    ],
  } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: options.background ?? 'transparent',
    padding: options.background === undefined ? 4 : 16,
    params: [
      { name: 'classGroups', value: names },
      { name: 'classPairs', value: pairs },
    ],
    hconcat: worst.length > 0 ? [matrix, mistakes] : [matrix],
    spacing: 40,
    config: { ...chartConfig, scale: { bandPaddingInner: 0 } },
  };
}

/** The groups that were taken for each other, each with its share of its row. */
function groupedCells(
  { pictures, entries }: ConfusionCounts,
  each: number,
  groups: number,
): { row: number; column: number; strength: number }[] {
  const cells = new Float64Array(groups * groups);
  const rows = new Float64Array(groups);
  pictures.forEach((own, label) => (rows[Math.floor(label / each)] += own));
  for (const { label, predicted, times } of entries)
    cells[Math.floor(label / each) * groups + Math.floor(predicted / each)] += times;
  return Array.from(cells, (times, at) => {
    const row = Math.floor(at / groups);
    // The square root makes single mistakes among a thousand right answers visible.
    return { row, column: at % groups, strength: times === 0 ? 0 : Math.sqrt(times / rows[row]) };
  }).filter(({ strength }) => strength > 0);
}

function shortened(given: string): string {
  const name = withoutControls(given);
  const letters = Array.from(name.slice(0, 2 * lettersShown));
  return letters.length <= lettersShown ? name : `${letters.slice(0, lettersShown - 1).join('')}…`;
}
