import type { BlockKind } from './layerText.js';

/** One colour on light and on dark ground. */
type Colour = readonly [light: string, dark: string];

const ground: Colour = ['#fdfdfc', '#15171c'];
const ink: Colour = ['#1d2129', '#e8eaee'];
const quiet: Colour = ['#5b6472', '#a3abb8'];
const rule: Colour = ['#c4c9d1', '#4a505c'];

/** What a kind of block is filled and outlined with, and what the legend calls it. */
export const kinds: Readonly<
  Record<BlockKind, { readonly fill: Colour; readonly stroke: Colour; readonly label: string | undefined }>
> = {
  input: { fill: ground, stroke: ink, label: undefined },
  convolution: { fill: ['#dfeafb', '#1b2f50'], stroke: ['#2463c9', '#82b0ff'], label: 'convolution' },
  depthwise: { fill: ['#d8f0ed', '#123b38'], stroke: ['#12827a', '#5fd0c5'], label: 'depthwise convolution' },
  dense: { fill: ['#fbe8d7', '#45290f'], stroke: ['#b3590a', '#f5a95c'], label: 'dense' },
  pooling: { fill: ['#e2f1da', '#243b18'], stroke: ['#4a7f2a', '#9ad07a'], label: 'pooling' },
  normalization: { fill: ['#eee6f8', '#33244a'], stroke: ['#7a4fb5', '#c1a0ee'], label: 'normalisation, activation' },
  join: { fill: ['#fbf2cd', '#40370f'], stroke: ['#927407', '#e3c75a'], label: 'sum, product, concatenation' },
  other: { fill: ['#eef0f3', '#2a2e37'], stroke: quiet, label: 'other' },
  output: { fill: ground, stroke: ink, label: undefined },
};

/** The picture's style sheet; `scope` keeps its rules from what surrounds it on a page. */
export function styleSheet(scope: string): string {
  const rules = (pick: (colour: Colour) => string): string =>
    [
      `.${scope} .ground{fill:${pick(ground)}}`,
      `.${scope} text{fill:${pick(ink)}}`,
      `.${scope} .small,.${scope} .shape{fill:${pick(quiet)}}`,
      `.${scope} .edge{stroke:${pick(quiet)}}`,
      `.${scope} .arrow{fill:${pick(quiet)}}`,
      `.${scope} .frame{stroke:${pick(rule)}}`,
      `.${scope} .badge{fill:${pick(ink)}}`,
      `.${scope} .count{fill:${pick(ground)}}`,
      ...Object.entries(kinds).flatMap(([kind, { fill, stroke }]) => [
        `.${scope} .${kind}{fill:${pick(fill)};stroke:${pick(stroke)}}`,
        `.${scope} .${kind}-map{fill:${pick(stroke)}}`,
      ]),
    ].join('\n');
  return `
.${scope} text{font:12px system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif}
.${scope} .small,.${scope} .shape{font-size:10.5px}
.${scope} .title{font-size:17px;font-weight:600}
.${scope} .count{font-weight:600}
.${scope} .edge,.${scope} .frame{fill:none;stroke-width:1.3}
.${scope} .frame{stroke-dasharray:5 3}
${rules(([light]) => light)}
@media (prefers-color-scheme:dark){
${rules(([, dark]) => dark)}
}
`;
}
