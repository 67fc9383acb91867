import type { TopLevelSpec } from 'vega-lite';
import type { Calibration } from '../training/calibrationSums.js';
import type { ChartSpec } from './chartSpec.js';
import { chartConfig, palette } from './reportPalette.js';

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

const side = 300;

const unit: [number, number] = [0, 1];

/**
 * A reliability diagram as a vega-lite chart: for pictures that a model is about equally sure of, the share that is right.
 * Bars end where they would with honest confidences at the diagonal; what is missing or too much is drawn in another colour, and
 * bars of few pictures are pale.
 *
 * @param options with `background`, the chart has this background; otherwise it is transparent
 */
export function reliabilitySpec(
  { bins }: Calibration,
  { background }: { readonly background?: string } = {},
): ChartSpec {
  const most = Math.max(...bins.map(({ count }) => count));
  const values = bins.filter(({ count }) => count > 0).map((bin) => ({ ...bin, weight: Math.sqrt(bin.count / most) }));
  const x = {
    field: 'from',
    type: 'quantitative',
    bin: 'binned',
    title: 'confidence: what the model gave its answer',
    scale: { domain: unit },
    axis: { format: '.0%', tickCount: 5, grid: false },
  } as const;
  const y = {
    field: 'accuracy',
    type: 'quantitative',
    title: 'share that was right',
    scale: { domain: unit },
    axis: { format: '.0%', tickCount: 5 },
  } as const;
  const opacity = {
    field: 'weight',
    type: 'quantitative',
    scale: { domain: [0, 1], range: [0.25, 1] },
    legend: null,
  } as const;
  const bars: Layer = {
    data: { values },
    mark: { type: 'bar', color: palette.training.light, binSpacing: 2 },
    encoding: { x, x2: { field: 'to' }, y, fillOpacity: opacity },
  };
  const gaps: Layer = {
    data: { values },
    mark: { type: 'rule', color: palette.validation.light, strokeWidth: 3 },
    encoding: {
      x: { field: 'confidence', type: 'quantitative' },
      y,
      y2: { field: 'confidence' },
      strokeOpacity: opacity,
    },
  };
  const diagonal: Layer = {
    data: { values: [{ at: 0 }, { at: 1 }] },
    mark: { type: 'line', color: palette.quiet.light, strokeDash: [4, 4] },
    encoding: { x: { field: 'at', type: 'quantitative' }, y: { field: 'at', type: 'quantitative' } },
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: background ?? 'transparent',
    padding: background === undefined ? 4 : 16,
    width: side,
    height: side,
    layer: [bars, diagonal, gaps],
    config: chartConfig,
  } satisfies TopLevelSpec;
}
