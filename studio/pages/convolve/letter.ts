/** How a letter is drawn. */
export interface LetterShape {
  readonly letter: 'X' | 'O';
  /** Rows that it is moved down, and columns to the right. */
  readonly down: number;
  readonly right: number;
  /** Degrees, against the clock. */
  readonly turn: number;
  /** 1 is as large as the lectures'. */
  readonly scale: number;
  /** The width of a stroke, in cells. */
  readonly thick: number;
}

/** Rows and columns of the lectures' letters. */
export const letterSize = 9;

/** Corners of strokes, [row, column] from the middle. */
const strokes: Readonly<Record<LetterShape['letter'], readonly (readonly (readonly [number, number])[])[]>> = {
  X: [
    [
      [-3, -3],
      [3, 3],
    ],
    [
      [-3, 3],
      [3, -3],
    ],
  ],
  O: [
    [
      [-3, -1],
      [-3, 1],
      [-1, 3],
      [1, 3],
      [3, 1],
      [3, -1],
      [1, -3],
      [-1, -3],
      [-3, -1],
    ],
  ],
};

/**
 * A letter on a 9×9 grid, ink 1 and paper −1: cells nearer to a stroke than half its width have ink. Unmoved it is the
 * lectures' letter.
 */
export function drawLetter({ letter, down, right, turn, scale, thick }: LetterShape): Float32Array {
  const angle = (-turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = (letterSize - 1) / 2;
  const placed = strokes[letter].map((stroke) =>
    stroke.map(([row, column]) => [
      middle + down + scale * (row * cos + column * sin),
      middle + right + scale * (column * cos - row * sin),
    ]),
  );
  return Float32Array.from({ length: letterSize * letterSize }, (_, i) => {
    const [row, column] = [Math.floor(i / letterSize), i % letterSize];
    const distance = Math.min(
      ...placed.flatMap((stroke) => stroke.slice(1).map((end, k) => distanceTo(row, column, stroke[k], end))),
    );
    // A hair more, as turned letters come to lie between cells.
    return distance <= thick / 2 + 1e-6 ? 1 : -1;
  });
}

/** The distance of a place from a stroke's straight part. */
function distanceTo(row: number, column: number, from: readonly number[], to: readonly number[]): number {
  const [height, width] = [to[0] - from[0], to[1] - from[1]];
  const along = ((row - from[0]) * height + (column - from[1]) * width) / (height ** 2 + width ** 2);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(row - from[0] - t * height, column - from[1] - t * width);
}
