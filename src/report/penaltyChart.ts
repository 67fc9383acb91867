import type { TopLevelSpec } from 'vega-lite';
import type { PenaltyResult } from '../fit/index.js';
import type { ChartSpec } from './chartSpec.js';
import { chartConfig, palette } from './reportPalette.js';

const measures = {
  accuracy: { title: 'Accuracy of held-out pictures', format: '.1%' },
  loss: { title: 'Loss of held-out pictures', format: '.3~g' },
} as const;

type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number];

/**
 * What cross-validation gave for each penalty, accuracy and loss side by side, as a vega-lite chart; the penalty that was taken is
 * marked.
 *
 * @param options with `background`, the chart has this background; otherwise it is transparent
 */
export function penaltySpec(
  penalties: readonly PenaltyResult[],
  taken: number,
  { background }: { readonly background?: string } = {},
): ChartSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: background ?? 'transparent',
    padding: background === undefined ? 4 : 16,
    hconcat: [panel(penalties, taken, 'accuracy'), panel(penalties, taken, 'loss')],
    spacing: 40,
    config: chartConfig,
  } satisfies TopLevelSpec;
}

function panel(penalties: readonly PenaltyResult[], taken: number, measure: keyof typeof measures): Panel {
  const { title, format } = measures[measure];
  const exponents = penalties.map(({ C }) => Math.log10(C));
  const powers: number[] = [];
  for (let i = Math.ceil(Math.min(...exponents)); i <= Math.floor(Math.max(...exponents)); i++)
    powers.push(Number(`1e${i}`));
  const x = {
    field: 'C',
    type: 'quantitative',
    title: 'C, from a strong penalty to a weak one',
    scale: { type: 'log', nice: false, padding: 12 },
    axis: { values: powers, format: '.0e', grid: false },
  } as const;
  const y = {
    field: measure,
    type: 'quantitative',
    title: null,
    scale: { zero: false },
    axis: { format, tickCount: 5 },
  } as const;
  return {
    title,
    width: 380,
    height: 230,
    layer: [
      {
        data: { values: penalties.map(({ C, accuracy, loss }) => ({ C, accuracy, loss })) },
        mark: { type: 'line', point: { size: 36, filled: true }, strokeWidth: 2.5, color: palette.training.light },
        encoding: { x, y },
      },
      {
        data: {
          values: penalties.filter(({ C }) => C === taken).map(({ C, accuracy, loss }) => ({ C, accuracy, loss })),
        },
        mark: { type: 'point', filled: true, size: 120, opacity: 1, color: palette.validation.light },
        encoding: { x, y },
      },
    ],
  };
}
