export { formatCount } from '../platform/textTable.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, between tags or in an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

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

/** A table with a header line; text is escaped, columns of numbers stand to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = header.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => /^(-?[<\d][\d.,e+-]*( ?%)?|–|NaN|< 0\.1 %|)$/.test(row[column])),
  );
  const cell = (tag: string, text: string, column: number): string =>
    `<${tag}${numeric[column] ? ' class="number"' : ''}>${escapeHtml(text)}</${tag.split(' ')[0]}>`;
  const body = rows.map((row) => {
    const cells = row.map((text, column) => cell(column === 0 ? 'th scope="row"' : 'td', text, column));
    return `<tr>${cells.join('')}</tr>`;
  });
  const head = header.map((text, column) => cell('th scope="col"', text, column)).join('');
  return `<div class="scroll"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
}
