import { Random } from 'striate';
import { digits, letters } from './drawn.js';
import { gridPicture } from './drawnGrid.js';
import type { StudioPicture } from './picture.js';

/** Pictures that come with the studio, by their names in addresses, in the order in which they are offered. */
export const builtIn = {
  x: () => letter('x'),
  o: () => letter('o'),
  digit: () => digit(3, 'digit'),
  scene,
  'rgb-lecture': lectureColours,
  'lecture-5x5': lectureGrid,
} as const satisfies Readonly<Record<string, () => StudioPicture>>;

export type BuiltInName = keyof typeof builtIn;

/** A picture that comes with the studio, or is written out in its name; undefined for other names. */
export function builtInPicture(name: string): StudioPicture | undefined {
  if (Object.hasOwn(builtIn, name)) return builtIn[name as BuiltInName]();
  const numbered = /^digit-(\d)$/.exec(name);
  if (numbered) return digit(Number(numbered[1]), name);
  const size = /^numbers-(\d{1,2})$/.exec(name);
  if (size && Number(size[1]) >= 1) return numbers(Number(size[1]));
  return gridPicture(name);
}

/** A size × size picture of the numbers 1, 2, 3, … */
export function numbers(size: number): StudioPicture {
  const data = Float32Array.from({ length: size * size }, (_, i) => i + 1);
  return {
    name: `numbers-${size}`,
    height: size,
    width: size,
    channels: 1,
    data,
    low: 0,
    high: size * size,
    kind: 'numbers',
  };
}

function letter(which: keyof typeof letters): StudioPicture {
  const data = Float32Array.from(letters[which].replaceAll(' ', ''), (cell) => (cell === '#' ? 1 : -1));
  return { name: which, height: 9, width: 9, channels: 1, data, low: -1, high: 1, kind: 'ink' };
}

function digit(which: number, name: string): StudioPicture {
  const data = new Float32Array(784);
  let at = 0;
  // Values, and between them how many zeros.
  for (const [i, part] of digits[which].split(',').entries()) {
    if (i % 2 === 1) at += parseInt(part, 36);
    else for (const pair of part.match(/../g) ?? []) data[at++] = parseInt(pair, 16);
  }
  return { name, height: 28, width: 28, channels: 1, data, low: 0, high: 255, kind: 'ink' };
}

/** The lecture's picture in red, green and blue; around the corner that the lecture computes it goes on as that begins. */
function lectureColours(): StudioPicture {
  const red = [
    [156, 155, 156, 158, 158, 159],
    [153, 154, 157, 159, 159, 160],
    [149, 151, 155, 158, 159, 160],
    [146, 146, 149, 153, 158, 159],
    [145, 143, 143, 148, 158, 160],
    [144, 142, 141, 146, 156, 159],
  ];
  const green = [
    [167, 166, 167, 169, 169, 170],
    [164, 165, 168, 170, 170, 171],
    [160, 162, 166, 169, 170, 171],
    [156, 156, 159, 163, 168, 170],
    [155, 153, 153, 158, 168, 170],
    [154, 152, 151, 156, 166, 169],
  ];
  const blue = [
    [163, 162, 163, 165, 165, 166],
    [160, 161, 164, 166, 166, 167],
    [156, 158, 162, 165, 166, 167],
    [155, 155, 158, 162, 167, 168],
    [154, 152, 152, 157, 167, 169],
    [153, 151, 150, 155, 165, 168],
  ];
  const data = Float32Array.from({ length: 108 }, (_, i) => {
    const [row, column] = [Math.floor(i / 18), Math.floor(i / 3) % 6];
    return [red, green, blue][i % 3][row][column];
  });
  // Its numbers lie close together: drawn from 0 to 255 it would be one grey.
  return { name: 'rgb-lecture', height: 6, width: 6, channels: 3, data, low: 130, high: 180, kind: 'numbers' };
}

/** The lecture's 5×5 picture of ones and noughts. */
function lectureGrid(): StudioPicture {
  const rows = ['11100', '01110', '00111', '00110', '01100'];
  const data = Float32Array.from(rows.join(''), Number);
  return { name: 'lecture-5x5', height: 5, width: 5, channels: 1, data, low: 0, high: 1, kind: 'numbers' };
}

/** Hills under an evening sky, with a house and a sun: edges in all directions, even parts, and texture. Drawn, not taken. */
function scene(): StudioPicture {
  const [height, width] = [120, 160];
  const data = new Float32Array(height * width * 3);
  const random = new Random(11);
  const grain = Float32Array.from({ length: height * width }, () => random.normal(0, 1));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const colour = sceneAt(row, column);
      const noise = 2.5 * grain[row * width + column];
      colour.forEach((value, c) => {
        data[(row * width + column) * 3 + c] = Math.round(Math.min(255, Math.max(0, value + noise)));
      });
    }
  }
  return { name: 'scene', height, width, channels: 3, data, low: 0, high: 255, kind: 'photo' };
}

function sceneAt(row: number, column: number): readonly number[] {
  const near = 86 + 9 * Math.sin(column / 21) + 3 * Math.sin(column / 7);
  const far = 66 + 12 * Math.sin(column / 33 + 1) + 4 * Math.sin(column / 11);
  const [dx, dy] = [column - 102, row - 74];
  if (dx >= 0 && dx < 26 && dy >= 0 && dy < 22) {
    const isWindow = (dx % 13 > 3 && dx % 13 < 10 && dy > 4 && dy < 12) || (dx > 9 && dx < 16 && dy > 13);
    return isWindow ? [255, 214, 120] : [196, 92, 74];
  }
  if (dy < 0 && dy >= -13 && Math.abs(dx - 12.5) < 16 + dy * 1.15) return [92, 44, 52];
  if (row > near) return Math.sin(column * 0.9 + row * 0.5) > 0.4 ? [54, 94, 62] : [64, 112, 70];
  if (row > far) return [70, 92, 118];
  const sun = Math.hypot(row - 34, column - 46);
  if (sun < 13) return [255, 244, 214];
  const height = row / 70;
  return [62 + 180 * height, 96 + 84 * height + 400 / (sun + 8), 168 - 28 * height];
}
