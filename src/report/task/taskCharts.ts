import type { TopLevelSpec } from 'vega-lite';
import type { EpochResult } from '../../fit/history.js';
import type { ChartSpec } from '../chartSpec.js';
import { classColours } from '../classColours.js';
import { confusionSpec } from '../confusionChart.js';
import { linePanel, twoSeries, type LineSeries, type Panel } from '../linePanel.js';
import { chartConfig, palette } from '../reportPalette.js';
import type { BoxTrial, MaskTrial, TaskTrial } from './taskTrial.js';

const colours = classColours(new Array<number>(10).fill(1)).of.map(({ light }) => light);
const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
] as const;

/** What of a task's measures is drawn over the epochs, and its name there. */
const measures: Readonly<Record<TaskTrial['task'], Readonly<Record<string, string>>>> = {
  detect: { valMap50: 'mAP@50', valMap: 'mAP' },
  segment: { valMeanIou: 'mean IoU', valPixelAccuracy: 'pixel accuracy' },
  keypoints: { valPck: 'PCK@0.1', valOks: 'similarity (OKS)' },
};

/** What of logs is a part of the loss. */
export function lossParts(epochs: readonly EpochResult[]): string[] {
  const names = new Set(epochs.flatMap((epoch) => Object.keys(epoch)));
  return [...names].filter((name) => names.has(`val${name[0].toUpperCase()}${name.slice(1)}`) && name !== 'loss');
}

function chart(panels: readonly Panel[], background?: string): ChartSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...(background !== undefined && { background, padding: 16 }),
    hconcat: [...panels],
    spacing: 40,
    // Each has lines of its own.
    resolve: { scale: { color: 'independent', strokeDash: 'independent' } },
    config: chartConfig,
  } satisfies TopLevelSpec;
}

/** How a task was learned, a chart each: its measure, its loss, and the loss in parts where it has some. */
export function learningSpecs(
  epochs: readonly EpochResult[],
  task: TaskTrial['task'],
): Partial<Record<'measure' | 'loss' | 'parts', ChartSpec>> {
  const panels = learningPanels(epochs, task);
  return Object.fromEntries(Object.entries(panels).map(([name, panel]) => [name, chart([panel])]));
}

/** The same side by side, as a file. */
export const learningSheet = (epochs: readonly EpochResult[], task: TaskTrial['task']): ChartSpec =>
  chart(Object.values(learningPanels(epochs, task)), palette.ground.light);

function learningPanels(
  results: readonly EpochResult[],
  task: TaskTrial['task'],
): Partial<Record<'measure' | 'loss' | 'parts', Panel>> {
  const epochs = results.map((_, i) => i + 1);
  const has = (name: string): boolean => results.some((epoch) => Number.isFinite(epoch[name]));
  const lines = (
    title: string,
    named: Readonly<Record<string, string>>,
    look: readonly LineSeries[],
    format: string,
  ) => {
    const shown = Object.entries(named).filter(([name]) => has(name));
    if (shown.length === 0) return undefined;
    const series = shown.map(([, name], i): LineSeries => ({ ...look[i % look.length], name }));
    const points = shown.flatMap(([key, name]) =>
      results.flatMap((epoch, i) => (key in epoch ? [{ epoch: i + 1, series: name, value: epoch[key] }] : [])),
    );
    const domain = format === '.0%' ? { domain: [0, 1] as const } : {};
    return linePanel(title, points, { series, epochs, format, ...domain });
  };
  const parts = lossParts(results);
  const look = colours
    .slice(0, 4)
    .map((colour, i): LineSeries => ({ name: '', colour, dash: dashes[i % dashes.length] }));
  const panels = {
    measure: lines('What it can do, in validation', measures[task], [...twoSeries].reverse().map(solid), '.0%'),
    loss: lines('Loss', { loss: 'training', valLoss: 'validation' }, twoSeries, '.3~g'),
    parts: lines(
      'Parts of the loss, in training',
      Object.fromEntries(parts.map((part) => [part, inWords(part)])),
      look,
      '.3~g',
    ),
  };
  return Object.fromEntries(Object.entries(panels).filter(([, panel]) => panel !== undefined));
}

/** The first line solid, the second broken. */
const solid = (series: LineSeries, i: number): LineSeries => ({ ...series, dash: dashes[i] });

/** `boxRegression` → `box regression`. */
export const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Classes that are told apart in a chart of curves; where there are more, the worst of them. */
const curvesNamed = 4;

/** Precision by recall at an overlap of 0.5: the mean strong, the worst classes named, others pale. */
export function precisionRecallSpec({ result }: BoxTrial): ChartSpec | undefined {
  const curves = result.curves.filter((curve) => curve !== undefined);
  if (curves.length === 0) return undefined;
  const area = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  const worst = [...curves].sort((a, b) => area(a.precision) - area(b.precision)).slice(0, curvesNamed);
  const named = curves.filter((curve) => worst.includes(curve)).map(({ className }) => className);
  const mean = curves[0].recall.map(
    (_, i) => curves.reduce((sum, { precision }) => sum + precision[i], 0) / curves.length,
  );
  const point = (series: string, recall: number, precision: number, curve: string) => ({
    series,
    recall,
    precision,
    curve,
  });
  const others = 'other classes';
  const values = curves.flatMap(({ className, recall, precision }) =>
    Array.from(recall, (at, i) => point(named.includes(className) ? className : others, at, precision[i], className)),
  );
  const average = Array.from(curves[0].recall, (at, i) => point('mean', at, mean[i], ' mean'));
  const series = [...(curves.length > 1 ? ['mean'] : []), ...named, ...(curves.length > curvesNamed ? [others] : [])];
  const colourOf = (name: string, i: number): string =>
    name === 'mean' ? palette.ink.light : name === others ? palette.rule.light : colours[i % colours.length];
  const axis = { format: '.0%', tickCount: 5 };
  const scale = { domain: [0, 1] };
  const encoding = {
    x: { field: 'recall', type: 'quantitative', title: 'recall: share of things that are found', scale, axis },
    y: { field: 'precision', type: 'quantitative', title: 'precision: share of boxes that are right', scale, axis },
    detail: { field: 'curve', type: 'nominal' },
    color: {
      field: 'series',
      type: 'nominal',
      title: null,
      scale: { domain: series, range: series.map(colourOf) },
      legend: { orient: 'right', symbolType: 'stroke', symbolStrokeWidth: 3, labelLimit: 160 },
    },
  } as const;
  const layer = (of: readonly object[], strokeWidth: number) => ({
    data: { values: of.map((one) => ({ ...one })) },
    mark: { type: 'line', strokeWidth, interpolate: 'linear', clip: true } as const,
    encoding,
  });
  return chart([
    {
      title: 'Precision by recall, at IoU 0.50',
      width: 380,
      height: 300,
      layer: [
        layer(
          values.filter((one) => one.series === others),
          1.5,
        ),
        layer(
          values.filter((one) => one.series !== others),
          2,
        ),
        ...(curves.length > 1 ? [layer(average, 3.5)] : []),
      ],
    },
  ]);
}

/** Average precision by how well boxes fit, and by the things' size, bars with their numbers. */
export function precisionBarSpecs({ result }: BoxTrial): Record<'byIou' | 'bySize', ChartSpec> {
  const { byIou, figures } = result;
  const sizes = { 'small: below 32²': 'mapSmall', 'medium: up to 96²': 'mapMedium', large: 'mapLarge' };
  return {
    byIou: bars(
      'Average precision by how well boxes fit',
      'IoU from which a box counts',
      byIou.map(({ iou, averagePrecision }) => [iou.toFixed(2), averagePrecision]),
    ),
    bySize: bars(
      'Average precision by size',
      'area of things, in pixels',
      Object.entries(sizes).map(([name, key]) => [name, figures[key]]),
    ),
  };
}

function bars(title: string, axisTitle: string, given: readonly (readonly [string, number])[]): ChartSpec {
  const values = given.map(([name, value]) => ({
    ...{ name, value: Math.max(0, value) },
    text: value < 0 ? 'none there' : value.toFixed(2),
  }));
  const axis = { labelAngle: 0, ticks: false, domain: false };
  return chart([
    {
      title,
      width: 380,
      height: 230,
      data: { values },
      encoding: {
        x: { field: 'name', type: 'nominal', sort: null, title: axisTitle, axis },
        y: {
          ...{ field: 'value', type: 'quantitative', title: null, scale: { domain: [0, 1] } },
          axis: { format: '.0%', tickCount: 5 },
        },
      },
      layer: [
        { mark: { type: 'bar', color: palette.training.light, cornerRadiusEnd: 3 } },
        {
          mark: { type: 'text', dy: -7, fontSize: 11, color: palette.ink.light },
          encoding: { text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  ]);
}

/** What was taken for what: boxes, or of masks hundredths of each class's pixels. */
export function taskConfusionSpec(trial: BoxTrial | MaskTrial): ChartSpec {
  if (trial.task === 'segment') {
    const shares = trial.result.counts.map((row) => {
      const all = row.reduce((a, b) => a + b, 0);
      return Array.from(row, (count) => (all === 0 ? 0 : Math.round((100 * count) / all)));
    });
    return confusionSpec(
      shares,
      trial.classNames.map((name) => (name === '__background__' ? 'background' : name)),
    );
  }
  const { counts, missed, invented } = trial.confusion;
  const rows = counts.map((row, i) => [...row, missed[i]]);
  return confusionSpec([...rows, [...invented, 0]], [...trial.set.classNames, '(nothing)']);
}
