import { palette, type Colour } from '../palette.js';
import type { BlockKind } from './layerText.js';

const { ground, ink, quiet, blue, orange } = palette;
const frame: Colour = { light: '#c4c9d1', dark: '#4a505c' };

/** What a kind of block is filled and outlined with, and what the legend calls it. */
export const kinds: Readonly<
  Record<BlockKind, { readonly fill: Colour; readonly stroke: Colour; readonly label: string | undefined }>
> = {
  input: { fill: ground, stroke: ink, label: undefined },
  convolution: { fill: { light: '#dfeafb', dark: '#1b2f50' }, stroke: blue, label: 'convolution' },
  depthwise: {
    fill: { light: '#d8f0ed', dark: '#123b38' },
    stroke: { light: '#12827a', dark: '#5fd0c5' },
    label: 'depthwise convolution',
  },
  dense: { fill: { light: '#fbe8d7', dark: '#45290f' }, stroke: orange, label: 'dense' },
  pooling: {
    fill: { light: '#e2f1da', dark: '#243b18' },
    stroke: { light: '#4a7f2a', dark: '#9ad07a' },
    label: 'pooling',
  },
  normalization: {
    fill: { light: '#eee6f8', dark: '#33244a' },
    stroke: { light: '#7a4fb5', dark: '#c1a0ee' },
    label: 'normalisation, activation',
  },
  join: {
    fill: { light: '#fbf2cd', dark: '#40370f' },
    stroke: { light: '#927407', dark: '#e3c75a' },
    label: 'sum, product, concatenation',
  },
  other: { fill: { light: '#eef0f3', dark: '#2a2e37' }, stroke: quiet, label: 'other' },
  output: { fill: ground, stroke: ink, label: undefined },
};

/** The picture's style sheet; `scope` keeps its rules from what surrounds it on a page. */
export function styleSheet(scope: string): string {
  const rules = (on: keyof Colour): string =>
    [
      `.${scope} .ground{fill:${ground[on]}}`,
      `.${scope} text{fill:${ink[on]}}`,
      `.${scope} .small,.${scope} .shape{fill:${quiet[on]}}`,
      `.${scope} .edge{stroke:${quiet[on]}}`,
      `.${scope} .arrow{fill:${quiet[on]}}`,
      `.${scope} .frame{stroke:${frame[on]}}`,
      `.${scope} .badge{fill:${ink[on]}}`,
      `.${scope} .count{fill:${ground[on]}}`,
      ...Object.entries(kinds).flatMap(([kind, { fill, stroke }]) => [
        `.${scope} .${kind}{fill:${fill[on]};stroke:${stroke[on]}}`,
        `.${scope} .${kind}-map{fill:${stroke[on]}}`,
      ]),
    ].join('\n');
  return `
.${scope} text{font:12px system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif}
.${scope} .small,.${scope} .shape{font-size:10.5px}
.${scope} .title{font-size:17px;font-weight:600}
.${scope} .count{font-weight:600}
.${scope} .edge,.${scope} .frame{fill:none;stroke-width:1.3}
.${scope} .frame{stroke-dasharray:5 3}
${rules('light')}
@media (prefers-color-scheme:dark){
${rules('dark')}
}
`;
}
