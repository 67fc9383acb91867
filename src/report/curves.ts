import type { TopLevelSpec } from 'vega-lite';
import type { ChartSpec } from './chartSpec.js';
import { chartConfig, palette } from './reportPalette.js';
import { rowsOf } from './resultsCsv.js';
import type { RunEpochs } from './runResult.js';

const measures = {
  accuracy: { title: 'Accuracy', training: 'accuracy', validation: 'valAccuracy', format: '.1%' },
  loss: { title: 'Loss', training: 'loss', validation: 'valLoss', format: '.3~g' },
} as const;

type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number];
type LayerPanel = Extract<Panel, { layer: unknown }>;

/** What can be drawn over the epochs. */
export type Measure = keyof typeof measures;

interface Point {
  readonly epoch: number;
  readonly series: string;
  readonly value: number;
}

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
  const points: Point[] = [];
  for (const row of rows) {
    points.push({ epoch: row.epoch, series: 'training', value: row[training] });
    const value = row[second];
    if (validation !== undefined && value !== undefined) points.push({ epoch: row.epoch, series: validation, value });
  }
  const series = validation === undefined ? ['training'] : ['training', validation];
  const epochs = rows.map((row) => row.epoch);
  // Where everything begins to be trained, between two epochs.
  const turn = rows.findIndex((row, i) => i > 0 && row.phase !== rows[i - 1].phase);
  // A tick per epoch while they fit; whole numbers always.
  const step = Math.max(1, Math.ceil(epochs.length / 10));
  const legend = {
    orient: 'bottom',
    direction: 'horizontal',
    offset: 4,
    symbolType: 'stroke',
    symbolSize: 400,
    symbolStrokeWidth: 2.5,
    labelLimit: 0,
  } as const;
  return {
    title,
    width: 380,
    height: 230,
    layer: [
      ...(turn < 0 ? [] : turnMarks(rows[turn].epoch - 0.5)),
      {
        data: { values: points.filter((point) => Number.isFinite(point.value)) },
        mark: { type: 'line', point: { size: 36, filled: true }, strokeWidth: 2.5, interpolate: 'linear' },
        encoding: {
          x: {
            field: 'epoch',
            type: 'quantitative',
            title: 'epoch',
            scale: { zero: false, nice: false, padding: 12 },
            axis: { values: epochs.filter((_, i) => i % step === 0), format: 'd', grid: false },
          },
          y: {
            field: 'value',
            type: 'quantitative',
            title: null,
            scale: { zero: false },
            axis: { format, tickCount: 5 },
          },
          color: {
            field: 'series',
            type: 'nominal',
            title: null,
            scale: { domain: series, range: [palette.training.light, palette.validation.light] },
            legend,
          },
          // Colour is not the only difference.
          strokeDash: {
            field: 'series',
            type: 'nominal',
            title: null,
            scale: {
              domain: series,
              range: [
                [1, 0],
                [6, 3],
              ],
            },
            legend,
          },
        },
      },
    ],
  };
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
