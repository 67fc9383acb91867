import type { TopLevelSpec } from 'vega-lite';
import { expectChartOptions, type ChartOptions, type ChartSpec } from './chartSpec.js';
import type { LearningRateCurve } from '../models/index.js';
import { drawChart } from './draw.js';
import { chartConfig, palette, strokeLegend } from './reportPalette.js';

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

const width = 560;
const height = 300;

const series = { batches: 'each batch', smoothed: 'smoothed' } as const;

const legend = { ...strokeLegend, symbolOpacity: 1 } as const;

/** What the chart calls the suggestions, in the order in which they are worth trying. */
export const suggestionTitles = { valley: 'valley', steepest: 'steepest', minimum: 'minimum / 10' } as const;

/** 0.0031415 → `3.1e-3`. */
export function formatRate(rate: number): string {
  return rate.toExponential(1).replace('e+', 'e').replace(/e0$/, '');
}

/**
 * The losses of a search for a learning rate as a vega-lite chart: loss against rate on a logarithmic axis, with the
 * suggestions marked.
 *
 * @param options with `background`, the chart has this background; otherwise it is transparent
 */
export function learningRateSpec(found: LearningRateCurve, options: ChartOptions = {}): ChartSpec {
  expectChartOptions('learningRateSpec', options);
  const { learningRates, losses, smoothed } = found;
  const points = learningRates.map((rate, i) => ({ rate, loss: losses[i], smoothed: smoothed[i] }));
  const exponents = [learningRates[0], learningRates[learningRates.length - 1]].map((rate) => Math.log10(rate));
  const powers: number[] = [];
  for (let i = Math.ceil(exponents[0]); i <= Math.floor(exponents[1]); i++) powers.push(Number(`1e${i}`));
  const line = (name: keyof typeof series, field: string): Layer => {
    const scale = { domain: Object.values(series), range: [palette.quiet.light, palette.training.light] };
    // Colour is not the only difference.
    const look = name === 'batches' ? { strokeWidth: 1, opacity: 0.55 } : { strokeWidth: 2.5, opacity: 1 };
    return {
      mark: { type: 'line', clip: true, ...look },
      encoding: {
        y: { field, type: 'quantitative', scale: yScale(found), title: 'loss', axis: { format: '.3~g', tickCount: 5 } },
        color: { datum: series[name], type: 'nominal', title: null, scale, legend },
      },
    };
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: options.background ?? 'transparent',
    padding: options.background === undefined ? 4 : 16,
    title: 'Loss while the learning rate grows',
    width,
    height,
    data: { values: points },
    encoding: {
      x: {
        field: 'rate',
        type: 'quantitative',
        title: 'learning rate',
        scale: { type: 'log', nice: false, domain: [learningRates[0], learningRates[learningRates.length - 1]] },
        axis: { values: powers, format: '.0e', grid: false },
      },
    },
    layer: [line('batches', 'loss'), line('smoothed', 'smoothed'), ...suggestionLayers(found)],
    config: chartConfig,
  } satisfies TopLevelSpec;
}

/** The losses of a search for a learning rate as an SVG document. */
export function learningRateChart(found: LearningRateCurve): Promise<string> {
  return drawChart(learningRateSpec(found, { background: palette.ground.light }));
}

/** Room for the fall, and for as much of the rise after it as shows that there is one. */
function yScale({ losses, smoothed }: LearningRateCurve): { domain: [number, number]; nice: boolean } {
  const low = Math.min(...smoothed);
  const high = Math.max(...smoothed.slice(0, smoothed.indexOf(low) + 1));
  const bottom = Math.min(low, ...losses);
  const fall = high - bottom || Math.abs(high) || 1;
  const top = Math.min(Math.max(...smoothed, ...losses), high + 0.5 * fall);
  return { domain: [bottom - 0.02 * fall, top], nice: false };
}

/** A dot on the curve, and above it a line to what it is called. */
function suggestionLayers(found: LearningRateCurve): Layer[] {
  const marks = Object.entries(suggestionTitles).map(([name, title]) => {
    const rate = found.suggestion[name as keyof typeof suggestionTitles];
    return { rate, smoothed: lossAt(found, rate), text: `${title} ${formatRate(rate)}` };
  });
  const middle = (Math.log(found.learningRates[0]) + Math.log(found.learningRates[found.learningRates.length - 1])) / 2;
  // Names are on the wider side, and in steps, so that no line crosses another's name.
  const left = marks.reduce((sum, { rate }) => sum + Math.log(rate), 0) / marks.length > middle;
  marks.sort((a, b) => (left ? b.rate - a.rate : a.rate - b.rate));
  const colour = palette.validation.light;
  return marks.flatMap(({ rate, smoothed, text }, i): Layer[] => {
    const y = 10 + 18 * i;
    const data = { values: [{ rate, smoothed, text }] };
    return [
      {
        data,
        mark: { type: 'rule', strokeDash: [3, 3], color: colour, clip: true },
        encoding: { y: { value: y }, y2: { value: height } },
      },
      {
        data,
        mark: { type: 'point', filled: true, size: 80, opacity: 1, color: colour, clip: true },
        encoding: { y: { field: 'smoothed', type: 'quantitative' } },
      },
      {
        data,
        mark: {
          type: 'text',
          align: left ? 'right' : 'left',
          dx: left ? -6 : 6,
          color: palette.ink.light,
          fontSize: 12,
        },
        encoding: { text: { field: 'text', type: 'nominal' }, y: { value: y } },
      },
    ];
  });
}

/** The smoothed loss at a rate between those that were tried. */
function lossAt({ learningRates, smoothed }: LearningRateCurve, rate: number): number {
  const after = learningRates.findIndex((tried) => tried >= rate);
  if (after <= 0) return smoothed[after === 0 ? 0 : smoothed.length - 1];
  const [from, to] = [learningRates[after - 1], learningRates[after]];
  const part = Math.log(rate / from) / Math.log(to / from);
  return smoothed[after - 1] + part * (smoothed[after] - smoothed[after - 1]);
}
