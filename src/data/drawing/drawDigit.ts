import type { Random } from '../../tensor/index.js';
import { elastic } from './elastic.js';
import { Ink } from './ink.js';
import { rasterize } from './rasterize.js';
import { styles, type Stroke, type WeightedStyle } from './styles/index.js';

/** Width and height of a digit's picture. */
export const digitSize = 28;

/** MNIST's digits fill a box of 20 × 20 in their 28 × 28. */
const box = 20;

/**
 * Draws hand-written-looking digits one after another, the way MNIST's came about: a hand writes strokes, the ink is
 * scaled to fit a 20 × 20 box without changing its proportions, and the picture is centred by its centre of mass.
 *
 * @example
 * const pen = new DigitPen();
 * pen.draw(4, new Random(1), new Uint8Array(28 * 28));
 */
export class DigitPen {
  private readonly ink = new Ink();
  private readonly canvas = new Float32Array(digitSize * digitSize);

  /**
   * Draws one digit.
   *
   * @param out receives 28 × 28 bytes, ink light on black
   */
  draw(digit: number, random: Random, out: Uint8Array): void {
    const { ink, canvas } = this;
    writeDigit(ink, digit, random);
    const radius = Math.min(2.5, Math.max(0.7, random.normal(digit < 2 ? 1.22 : 1.08, 0.34)));
    vary(ink, random, radius);
    fit(ink, radius);
    rasterize(ink, digitSize, digitSize, random.uniform(0.9, 1.6), canvas);
    const light = random.uniform(1, 1.6);
    centre(canvas, light * 255, out);
  }
}

/** Writes a digit's strokes, from the style to the slanted and bent path; about 1 × 1 large. */
export function writeDigit(ink: Ink, digit: number, random: Random): void {
  ink.clear();
  const strokes = choose(styles[digit], random)
    .draw(random)
    .map((rows): Stroke => rows.flat());
  const tremble = random.uniform(0.008, 0.045);
  for (const stroke of strokes) {
    // Long strokes have many points; all of them together tremble as little as the few of short ones.
    jitter(stroke, random, tremble * Math.min(1, 12 / stroke.length));
    ink.curve(stroke);
  }
  const spread = digit === 1 ? 1.5 : 1;
  const slant = random.normal(0.16, 0.24) * spread;
  const angle = random.normal(0, 0.09);
  const width = Math.exp(random.normal(-0.08, 0.22));
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  // Narrow or wide first, then slant (to the right for most hands), then a turn of the paper.
  ink.transform(width * cos, -slant * cos - sin, width * sin, cos - slant * sin, 0, 0);
  elastic(ink, random, random.uniform(0.005, 0.045));
}

function choose(among: readonly WeightedStyle[], random: Random): WeightedStyle {
  let left = random.uniform() * among.reduce((sum, style) => sum + style.weight, 0);
  for (const style of among) {
    left -= style.weight;
    if (left < 0) return style;
  }
  return among[among.length - 1];
}

/** Moves a stroke's points a little; a corner's two copies stay together. */
function jitter(stroke: Stroke, random: Random, deviation: number): void {
  let dx = 0;
  let dy = 0;
  let x = NaN;
  let y = NaN;
  for (let i = 0; i < stroke.length; i += 2) {
    if (stroke[i] !== x || stroke[i + 1] !== y) {
      dx = random.normal(0, deviation);
      dy = random.normal(0, deviation);
    }
    x = stroke[i];
    y = stroke[i + 1];
    stroke[i] = x + dx;
    stroke[i + 1] = y + dy;
  }
}

/** The pen is pressed now more, now less. */
function vary(ink: Ink, random: Random, radius: number): void {
  const depth = random.uniform(0, 0.25);
  const frequency = random.uniform(0.05, 0.3);
  const phase = random.uniform(0, 2 * Math.PI);
  const rough = random.uniform(0, 0.2);
  for (let i = 0; i < ink.length; i++) {
    ink.radius[i] = radius * (1 + depth * Math.sin(phase + frequency * i)) + rough * random.uniform(-1, 1);
  }
}

/** Scales the ink into the 20 × 20 box in the middle of the picture. */
function fit(ink: Ink, radius: number): void {
  const { left, top, right, bottom } = ink.bounds();
  const scale = (box - 2 * radius) / Math.max(right - left, bottom - top, 1e-6);
  const middle = digitSize / 2;
  ink.transform(scale, 0, 0, scale, middle - (scale * (left + right)) / 2, middle - (scale * (top + bottom)) / 2);
}

/** Copies the canvas as bytes, moved by whole pixels so that its centre of mass is in the middle. */
function centre(canvas: Float32Array, scale: number, out: Uint8Array): void {
  let mass = 1e-6;
  let momentX = 0;
  let momentY = 0;
  for (let row = 0, i = 0; row < digitSize; row++) {
    for (let column = 0; column < digitSize; column++, i++) {
      mass += canvas[i];
      momentX += canvas[i] * column;
      momentY += canvas[i] * row;
    }
  }
  const shiftX = Math.round(digitSize / 2 - 0.5 - momentX / mass);
  const shiftY = Math.round(digitSize / 2 - 0.5 - momentY / mass);
  out.fill(0);
  const first = Math.max(0, shiftX);
  const end = Math.min(digitSize, digitSize + shiftX);
  for (let row = Math.max(0, shiftY); row < Math.min(digitSize, digitSize + shiftY); row++) {
    for (let column = first; column < end; column++) {
      const value = canvas[(row - shiftY) * digitSize + column - shiftX] * scale;
      out[row * digitSize + column] = value < 255 ? Math.round(value) : 255;
    }
  }
}
