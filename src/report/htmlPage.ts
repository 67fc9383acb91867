import { escapeHtml } from './html.js';
import { pageStyle } from './pageStyle.js';

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
<title>${escapeHtml(title)} · Striate</title>
<style>${pageStyle()}${style}</style>
</head>
<body>
<header>
<p class="brand">Striate · ${escapeHtml(kind)}</p>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${lead}</p>
</header>
<main>
${main}
</main>
</body>
</html>
`;
}
