import type { classSigns } from './classPalette.js';

type Sign = (typeof classSigns)[number];

/** A sign as it is drawn: a circle or the corners of a polygon, filled or only its edge. */
interface Outline {
  /** Around (0, 0), of about the same size as a circle of radius 1; undefined for that circle. */
  readonly corners: readonly (readonly [x: number, y: number])[] | undefined;
  readonly hollow?: boolean;
}

const turn = (count: number, start: number, radius: (i: number) => number): (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) => {
    const angle = 2 * Math.PI * (start + i / count);
    return [radius(i) * Math.sin(angle), -radius(i) * Math.cos(angle)] as const;
  });

const arm = 0.36;
const square = turn(4, 0.125, () => 1.25);
const up = turn(3, 0, () => 1.3);
const down = turn(3, 0.5, () => 1.3);
const diamond = turn(4, 0, () => 1.3);
const star = turn(10, 0, (i) => (i % 2 === 0 ? 1.4 : 0.6));
const plus = [
  [-arm, -1.2],
  [arm, -1.2],
  [arm, -arm],
  [1.2, -arm],
  [1.2, arm],
  [arm, arm],
  [arm, 1.2],
  [-arm, 1.2],
  [-arm, arm],
  [-1.2, arm],
  [-1.2, -arm],
  [-arm, -arm],
] as const;
const cross = plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2] as const);

const outlines: Readonly<Record<Sign, Outline>> = {
  '●': { corners: undefined },
  '■': { corners: square },
  '▲': { corners: up },
  '◆': { corners: diamond },
  '✚': { corners: plus },
  '★': { corners: star },
  '▼': { corners: down },
  '⬢': { corners: turn(6, 0, () => 1.15) },
  '○': { corners: undefined, hollow: true },
  '□': { corners: square, hollow: true },
  '△': { corners: up, hollow: true },
  '◇': { corners: diamond, hollow: true },
  '✕': { corners: cross },
  '☆': { corners: star, hollow: true },
  '▽': { corners: down, hollow: true },
  '⬡': { corners: turn(6, 0, () => 1.15), hollow: true },
};

/** Draws a class's sign around a place, as large as a circle of a radius, in the colour that is set. */
export function drawSign(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  sign: Sign,
  [x, y]: readonly [number, number],
  radius: number,
): void {
  const { corners, hollow = false } = outlines[sign];
  // The line of what is hollow lies inside.
  const line = Math.max(1, radius * 0.45);
  const size = hollow ? radius - line / 3 : radius;
  context.beginPath();
  if (corners) for (const [dx, dy] of corners) context.lineTo(x + size * dx, y + size * dy);
  else context.arc(x, y, size, 0, 2 * Math.PI);
  context.closePath();
  if (!hollow) {
    context.fill();
    return;
  }
  context.lineWidth = line;
  context.stroke();
}
