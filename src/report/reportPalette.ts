import { palette as common, type Colour } from '../explain/palette.js';

export type { Colour } from '../explain/palette.js';

/**
 * Every colour of charts and pages. Charts are drawn in the light values; on the page each becomes a CSS variable, so that the same
 * drawing follows the reader's light or dark setting.
 */
export const palette = {
  ground: common.ground,
  panel: { light: '#f4f5f7', dark: '#1f2229' },
  ink: common.ink,
  quiet: common.quiet,
  rule: { light: '#dcdfe4', dark: '#363b45' },
  training: common.blue,
  validation: common.orange,
  for: { light: '#b2182b', dark: '#ff8a8f' },
  against: { light: '#2166ac', dark: '#7db8f2' },
  onTraining: { light: '#fefefe', dark: '#10131a' },
} as const satisfies Record<string, Colour>;

/** The name of a colour. */
export type ColourName = keyof typeof palette;

/** A colour's CSS variable: `var(--ink)`. */
function cssVariable(name: ColourName): string {
  return `var(--${name})`;
}

/** The declarations of all colours for one ground: `--ink: #1d2129; …`. */
export function cssDeclarations(ground: 'light' | 'dark'): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}: ${colour[ground]};`)
    .join(' ');
}

/** A drawing in light colours as one that follows the page's colours. */
export function followPage(svg: string): string {
  return Object.entries(palette).reduce(
    (drawing, [name, { light }]) => drawing.replaceAll(light, cssVariable(name as ColourName)),
    svg,
  );
}

/** How all charts look. */
export const chartConfig = {
  font: 'system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif',
  background: 'transparent',
  view: { stroke: null },
  axis: {
    labelColor: palette.quiet.light,
    titleColor: palette.quiet.light,
    gridColor: palette.rule.light,
    domainColor: palette.rule.light,
    tickColor: palette.rule.light,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelPadding: 6,
    titlePadding: 10,
  },
  legend: { labelColor: palette.ink.light, labelFontSize: 12 },
  title: { color: palette.ink.light, fontSize: 14, fontWeight: 600, anchor: 'start', offset: 12 },
} as const;

/** What lines are called, below a chart, beside pieces of them that are long enough to show their dashes. */
export const strokeLegend = {
  orient: 'bottom',
  direction: 'horizontal',
  offset: 4,
  symbolType: 'stroke',
  symbolSize: 400,
  symbolStrokeWidth: 2.5,
} as const;
