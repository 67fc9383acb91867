import type { TopLevelSpec } from 'vega-lite';
import type { ChartSpec } from './chartSpec.js';
import { linePanel, twoSeries, type LayerPanel, type LinePoint, type Panel } from './linePanel.js';
import { chartConfig, palette } from './reportPalette.js';
import { rowsOf } from './resultsCsv.js';
import type { RunEpochs } from './runResult.js';

const measures = {
  accuracy: { title: 'Accuracy', training: 'accuracy', validation: 'valAccuracy', format: '.1%' },
  loss: { title: 'Loss', training: 'loss', validation: 'valLoss', format: '.3~g' },
} as const;

/** What can be drawn over the epochs. */
export type Measure = keyof typeof measures;

/**
 * A line per series over the epochs, as a vega-lite chart.
 *
 * @param validation what the second series was measured on: `test pictures`
 */
export function curveSpec(rows: RunEpochs, measure: Measure, validation: string | undefined): ChartSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    hconcat: [panel(rows, measure, validation)],
    config: chartConfig,
  } satisfies TopLevelSpec;
}

/** Accuracy and loss side by side, as one picture for the run's folder. */
export function curvesSpec(rows: RunEpochs, validation: string | undefined): ChartSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: palette.ground.light,
    padding: 16,
    hconcat: [panel(rows, 'accuracy', validation), panel(rows, 'loss', validation)],
    spacing: 40,
    config: chartConfig,
  } satisfies TopLevelSpec;
}

function panel(given: RunEpochs, measure: Measure, validation: string | undefined): Panel {
  const rows = rowsOf(given);
  const { title, training, validation: second, format } = measures[measure];
  const points: LinePoint[] = [];
  for (const row of rows) {
    points.push({ epoch: row.epoch, series: 'training', value: row[training] });
    const value = row[second];
    if (validation !== undefined && value !== undefined) points.push({ epoch: row.epoch, series: validation, value });
  }
  // Where everything begins to be trained, between two epochs.
  const turn = rows.findIndex((row, i) => i > 0 && row.phase !== rows[i - 1].phase);
  const marks = turn < 0 ? [] : turnMarks(rows[turn].epoch - 0.5);
  const series = twoSeries.slice(0, validation === undefined ? 1 : 2);
  return linePanel(title, points, {
    series: series.map((one, i) => (i === 0 ? one : { ...one, name: validation! })),
    epochs: rows.map(({ epoch }) => epoch),
    ...{ format, marks },
  });
}

/** A line across the chart where fine-tuning begins. */
function turnMarks(epoch: number): LayerPanel['layer'] {
  const data = { values: [{ epoch }] };
  const x = { field: 'epoch', type: 'quantitative' } as const;
  const color = palette.quiet.light;
  return [
    { data, mark: { type: 'rule', strokeDash: [2, 3], color }, encoding: { x } },
    {
      data,
      encoding: { x, y: { value: 6 }, text: { value: 'fine-tuning →' } },
      mark: { type: 'text', align: 'left', dx: 5, color, fontSize: 11 },
    },
  ];
}
