import type { TopLevelSpec } from 'vega-lite';
import { palette, strokeLegend } from './reportPalette.js';

/** A part of a row of charts. */
export type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number];
/** One whose drawings lie upon each other. */
export type LayerPanel = Extract<Panel, { layer: unknown }>;

/** A value of a line over epochs. */
export interface LinePoint {
  readonly epoch: number;
  readonly series: string;
  readonly value: number;
}

/** A line of a chart over epochs. */
export interface LineSeries {
  readonly name: string;
  readonly colour: string;
  /** Lengths of strokes and gaps: colour is not the only difference. */
  readonly dash: readonly number[];
}

/** Training, and what it is compared with. */
export const twoSeries: readonly LineSeries[] = [
  { name: 'training', colour: palette.training.light, dash: [1, 0] },
  { name: 'validation', colour: palette.validation.light, dash: [6, 3] },
];

/** Lines over epochs. */
export function linePanel(
  title: string,
  points: readonly LinePoint[],
  {
    series,
    epochs,
    format,
    marks = [],
    domain,
  }: {
    readonly series: readonly LineSeries[];
    readonly epochs: readonly number[];
    readonly format: string;
    /** What is drawn below. */
    readonly marks?: LayerPanel['layer'];
    /** Of the values, where it is known. */
    readonly domain?: readonly [number, number];
  },
): Panel {
  // A tick per epoch while they fit; whole numbers always.
  const step = Math.max(1, Math.ceil(epochs.length / 10));
  const legend = { ...strokeLegend, labelLimit: 0 } as const;
  const names = series.map(({ name }) => name);
  return {
    title,
    width: 380,
    height: 230,
    layer: [
      ...marks,
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
            scale: { zero: false, ...(domain && { domain: [...domain] }) },
            axis: { format, tickCount: 5 },
          },
          color: {
            field: 'series',
            type: 'nominal',
            title: null,
            scale: { domain: names, range: series.map(({ colour }) => colour) },
            legend,
          },
          strokeDash: {
            field: 'series',
            type: 'nominal',
            title: null,
            scale: { domain: names, range: series.map(({ dash }) => [...dash]) },
            legend,
          },
        },
      },
    ],
  };
}
