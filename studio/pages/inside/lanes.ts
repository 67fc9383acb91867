/** How values flow past a row of the architecture: lanes from the left, as in the history of a version control system. */
export interface Lanes {
  /** The lane that the row's value takes. */
  readonly at: number;
  /** Lanes that its inputs come from. */
  readonly from: readonly number[];
  /** Lanes of values that pass by, to be used further down. */
  readonly past: readonly number[];
  /** Whether anything further down takes the row's value. */
  readonly goesOn: boolean;
  /** Lanes that are in use. */
  readonly width: number;
}

/**
 * A lane for the value of each row.
 *
 * @param before which rows each takes its inputs from; −1 is the picture
 */
export function lanesOf(before: readonly (readonly number[])[]): Lanes[] {
  const lastUse = new Map<number, number>();
  before.forEach((inputs, row) => inputs.forEach((input) => lastUse.set(input, row)));
  // Which value each lane carries.
  const lanes: (number | undefined)[] = [-1];
  return before.map((inputs, row) => {
    const from = [...new Set(inputs)].map((input) => lanes.indexOf(input)).filter((n) => n >= 0);
    lanes.forEach((value, n) => {
      if (value !== undefined && (lastUse.get(value) ?? -1) <= row) lanes[n] = undefined;
    });
    const past = lanes.flatMap((value, n) => (value === undefined ? [] : [n]));
    const freed = from.find((n) => lanes[n] === undefined);
    const free = lanes.indexOf(undefined);
    const at = freed ?? (free < 0 ? lanes.length : free);
    const goesOn = lastUse.has(row);
    lanes[at] = goesOn ? row : undefined;
    return { at, from, past, goesOn, width: Math.max(at + 1, lanes.findLastIndex((v) => v !== undefined) + 1) };
  });
}
