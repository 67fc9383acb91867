import { escapeMarkup } from '../platform/escapeMarkup.js';

/** 0.98765 → `98.8 %`; never rounds up to 100 % or down to 0 %. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent === 100 || percent === 0) return `${percent} %`;
  if (percent > 99.9) return `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

/** 75.2 → `1 min 15 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** A table with a header line; text is escaped, columns of numbers are aligned to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = header.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => /^(-?[<\d][\d.,e+-]*( ?%)?|–|NaN|< 0\.1 %|)$/.test(row[column])),
  );
  const cell = (tag: string, text: string, column: number): string =>
    `<${tag}${numeric[column] ? ' class="number"' : ''}>${escapeMarkup(text)}</${tag.split(' ')[0]}>`;
  const body = rows.map((row) => {
    const cells = row.map((text, column) => cell(column === 0 ? 'th scope="row"' : 'td', text, column));
    return `<tr>${cells.join('')}</tr>`;
  });
  const head = header.map((text, column) => cell('th scope="col"', text, column)).join('');
  return `<div class="scroll"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
}

/** A part of a page: HTML of what a result has to show, with drawings made beforehand; empty where it has nothing. */
export type PageSection<Result, Drawings> = (result: Result, drawings: Drawings) => string;

/** The settings of a run as a table: option → value, in the order given. */
export const settingsTable = (settings: Readonly<Record<string, string | number>>): string =>
  table(
    ['setting', 'value'],
    Object.entries(settings).map(([name, value]) => [name, String(value)]),
  );

/** The most important numbers, large and side by side; names and values are HTML. */
export function tiles(entries: readonly (readonly [name: string, value: string])[]): string {
  const items = entries.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('\n');
  return `<dl class="tiles">\n${items}\n</dl>`;
}

/** A part of a page with its heading; all is HTML. */
export function section(id: string, title: string, body: string): string {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${body}\n</section>`;
}

/** A drawing with what it shows in words. */
export function figure(svg: string, description: string): string {
  return `<figure role="img" aria-label="${escapeMarkup(description)}">${svg}</figure>`;
}
