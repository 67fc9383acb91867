/** How a window slides over a picture. */
export interface WindowSettings {
  /** Rows and columns of a kernel. */
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** Rows or columns that a window spans: of a dilated one, those between its cells too. */
export function span({ size, dilation }: WindowSettings): number {
  return (size - 1) * dilation + 1;
}

/** The lectures' formula: O = (N − F + 2P)/S + 1; 0 where the window does not fit. */
export function outputSize(n: number, settings: WindowSettings): number {
  const free = n + 2 * settings.padding - span(settings);
  return free < 0 ? 0 : Math.floor(free / settings.stride) + 1;
}

/**
 * The formula with its numbers, as it is read: `(5 − 4 + 2·2)/1 + 1 = 6`. Where the last step would leave the picture, the
 * quotient is cut: `⌊(6 − 3 + 2·0)/2⌋ + 1 = 2`.
 */
export function sizeFormula(n: number, settings: WindowSettings): string {
  const { size, stride, padding, dilation } = settings;
  const kernel = dilation === 1 ? String(size) : `${dilation}·(${size} − 1) − 1`;
  const quotient = `(${n} − ${kernel} + 2·${padding})/${stride}`;
  const isWhole = (n - span(settings) + 2 * padding) % stride === 0;
  return `${isWhole ? quotient : `⌊${quotient}⌋`} + 1 = ${outputSize(n, settings)}`;
}

/** The position of the output whose window is the nearest around a place of the picture. */
export function outputAt(place: number, outputs: number, settings: WindowSettings): number {
  const at = Math.round((place + settings.padding - (span(settings) - 1) / 2) / settings.stride);
  return Math.min(Math.max(0, outputs - 1), Math.max(0, at));
}
