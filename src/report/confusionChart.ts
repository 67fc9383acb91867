import type { TopLevelSpec } from 'vega-lite';
import { expectChartOptions, type ChartOptions, type ChartSpec } from './chartSpec.js';
import { withoutControls } from '../platform/escapeMarkup.js';
import { ConfusionCounts, type Confusion } from './confusionCounts.js';
import { groupedConfusionSpec } from './groupedConfusionChart.js';
import { chartConfig, palette } from './reportPalette.js';

type LayeredSpec = Extract<TopLevelSpec, { layer: unknown }>;

/** Beyond this many classes, counts no longer fit into the cells, */
const countsUpTo = 24;
/** and beyond this many nobody reads single cells. */
const cellsUpTo = 60;

/**
 * A confusion matrix as a vega-lite heat map: rows are true classes, columns predicted ones; a cell's strength is its
 * share of the row. Of more than 60 classes, groups of them are drawn beside the most frequent mistakes.
 */
export function confusionSpec(
  confusion: Confusion,
  classNames: readonly string[],
  options: ChartOptions = {},
): ChartSpec {
  expectChartOptions('confusionSpec', options);
  const classes = classNames.length;
  const counts = ConfusionCounts.of(confusion);
  if (classes > cellsUpTo) return groupedConfusionSpec(counts, classNames, options);
  const values = counts.toMatrix().flatMap((row, i) => {
    const pictures = row.reduce((sum, n) => sum + n, 0);
    return row.map((times, j) => ({
      label: i,
      predicted: j,
      times,
      // The square root makes single mistakes among a thousand right answers visible.
      strength: pictures === 0 ? 0 : Math.sqrt(times / pictures),
    }));
  });
  const cell = classes <= countsUpTo ? Math.max(30, Math.min(46, Math.floor(460 / classes))) : 560 / classes;
  // Classes are told apart by number: names may be there twice, and some mean something to the drawing library.
  const shown = classNames.map(withoutControls);
  const axis = {
    labelAngle: 0,
    ticks: false,
    domain: false,
    // In cells that hold counts, names have room.
    labelOverlap: classes > countsUpTo,
    labelExpr: 'names[datum.value]',
  } as const;
  const longest = shown.reduce((most, name) => Math.max(most, name.length), 0);
  const encoding: LayeredSpec['encoding'] = {
    y: { field: 'label', type: 'nominal', title: 'true class', sort: 'ascending', axis },
    x: {
      field: 'predicted',
      type: 'nominal',
      title: 'predicted class',
      sort: 'ascending',
      axis: { ...axis, orient: 'top', labelAngle: longest > 3 ? -45 : 0 },
    },
  };
  const cells: LayeredSpec['layer'][number] = {
    mark: { type: 'rect', cornerRadius: classes <= countsUpTo ? 4 : 0, color: palette.training.light },
    encoding: {
      fillOpacity: {
        field: 'strength',
        type: 'quantitative',
        scale: { domain: [0, 1], range: [0.04, 1] },
        legend: null,
      },
    },
  };
  const numbers: LayeredSpec['layer'][number] = {
    mark: { type: 'text', fontSize: 12 },
    transform: [{ filter: 'datum.times > 0' }],
    encoding: {
      text: { field: 'times', type: 'quantitative', format: 'd' },
      color: { condition: { test: 'datum.strength > 0.6', value: palette.onTraining.light }, value: palette.ink.light },
    },
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: options.background ?? 'transparent',
    padding: options.background === undefined ? 4 : 16,
    width: { step: cell },
    height: { step: cell },
    params: [{ name: 'names', value: shown }],
    data: { values },
    encoding,
    layer: classes <= countsUpTo ? [cells, numbers] : [cells],
    config: { ...chartConfig, scale: { bandPaddingInner: classes <= countsUpTo ? 0.06 : 0 } },
  } satisfies TopLevelSpec;
}
