/** A number with its thousands separated: 11,689,512. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** 93.2 KB */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
  return `${bytes.toFixed(2)} ${units[unit]}`;
}

/** 75 → 1m15s. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return `${minutes}m${String(rest).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

/** A number with three significant digits and a unit prefix: 1.82 G, 340 K, 12. */
export function formatUnits(count: number): string {
  const units = ['', ' K', ' M', ' G', ' T'];
  let unit = 0;
  // 999.5 would be written as 1000 in three digits.
  for (; count >= 999.5 && unit < units.length - 1; unit++) count /= 1000;
  return `${unit === 0 ? count : count.toPrecision(3)}${units[unit]}`;
}

/**
 * A table with box-drawing borders, as Keras prints it.
 *
 * @param least the columns' smallest widths
 * @param right the columns that are aligned to the right
 */
export function drawTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  least: readonly number[],
  right: readonly number[],
): string[] {
  const widths = header.map((_, i) => Math.max(least[i], ...[header, ...rows].map((row) => row[i].length + 2)));
  const cells = (row: readonly string[]): string[] =>
    row.map((text, i) => (right.includes(i) ? ` ${text.padStart(widths[i] - 2)} ` : ` ${text.padEnd(widths[i] - 2)} `));
  const rule = (left: string, fill: string, cross: string, right: string): string =>
    left + widths.map((width) => fill.repeat(width)).join(cross) + right;
  const body = rows.flatMap((row, i) => {
    const text = `│${cells(row).join('│')}│`;
    return i === 0 ? [text] : [rule('├', '─', '┼', '┤'), text];
  });
  return [
    rule('┏', '━', '┳', '┓'),
    `┃${cells(header).join('┃')}┃`,
    rule('┡', '━', '╇', '┩'),
    ...body,
    rule('└', '─', '┴', '┘'),
  ];
}
