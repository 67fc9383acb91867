import { escapeMarkup } from '../platform/escapeMarkup.js';
import { cssDeclarations } from './reportPalette.js';

/** What a page consists of; all but the texts is HTML. */
export interface HtmlPage {
  /** Text: the title and the first heading. */
  readonly title: string;
  /** Text: what kind of page it is, above the title. */
  readonly kind: string;
  /** The line under the title. */
  readonly lead: string;
  readonly main: string;
  /** What it has beyond the style of all pages. */
  readonly style?: string;
}

/** A self-contained HTML page: no request leaves it, and it follows the reader's light or dark setting. */
export function htmlPage({ title, kind, lead, main, style = '' }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title)} · Striate</title>
<style>${pageStyle()}${style}</style>
</head>
<body>
<header>
<p class="brand">Striate · ${escapeMarkup(kind)}</p>
<h1>${escapeMarkup(title)}</h1>
<p class="lead">${lead}</p>
</header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** The style sheet of all pages. */
function pageStyle(): string {
  return `
:root { ${cssDeclarations('light')} }
@media (prefers-color-scheme: dark) { :root { ${cssDeclarations('dark')} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1040px; padding: 2.5rem 1.5rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
.brand { margin: 0; color: var(--quiet); font-size: .85rem; letter-spacing: .06em; text-transform: uppercase; }
h1 { margin: .2rem 0 .4rem; font-size: clamp(1.7rem, 5vw, 2.5rem); line-height: 1.15; overflow-wrap: anywhere; }
h2 { margin: 0 0 1rem; font-size: 1.25rem; }
.lead { margin: 0; font-size: 1.12rem; max-width: 44em; }
.note { color: var(--quiet); max-width: 52em; }
section { margin-top: 3rem; }
figure { margin: 0; }
svg { display: block; }
figure svg, .wide svg { max-width: 100%; height: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .75rem; margin: 2rem 0 0; }
.tiles div { padding: .9rem 1.1rem; background: var(--panel); border-radius: 10px; }
.tiles dt { color: var(--quiet); font-size: .85rem; }
.tiles dd { margin: 0; font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); gap: 2rem; }
.beside { display: flex; flex-wrap: wrap; gap: 2rem; align-items: flex-start; }
.beside > div { flex: 1 1 16rem; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(148px, 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }
.mistakes figure { height: 100%; padding: .75rem; background: var(--panel); border-radius: 10px; font-size: .88rem; }
.mistakes img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; margin-bottom: .5rem; border-radius: 4px;
  image-rendering: pixelated; }
.mistakes img.photo { image-rendering: auto; }
.mistakes p { display: flex; flex-wrap: wrap; gap: 0 .35em; margin: .2rem 0 0; }
.mistakes span { margin-left: auto; color: var(--quiet); font-variant-numeric: tabular-nums; }
.wrong { color: var(--validation); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem 1.2rem .4rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
thead th { color: var(--quiet); font-weight: 500; }
tbody th { font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
#classes :is(th, td), #model :is(th, td) { white-space: nowrap; }
@media (max-width: 600px) { th, td { padding-right: .8rem; } }
@media (min-width: 1100px) { .wide { margin-inline: calc((1040px - 3rem - min(100vw - 4rem, 1720px)) / 2); } }
/* The least width wins over the largest. */
.wide svg { min-width: var(--least); }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--quiet); }
code { padding: .1em .35em; background: var(--panel); border-radius: 4px; font-size: .9em; overflow-wrap: anywhere; }
li { margin: .25rem 0; }
:focus-visible { outline: 2px solid var(--training); outline-offset: 2px; }
@media print { section { break-inside: avoid; } }
`;
}
