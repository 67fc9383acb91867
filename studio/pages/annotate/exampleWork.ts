import { hashOf } from '../../storage/contents.js';
import type { Corners, LabelledBox } from './boxes.js';
import type { AnnotatedFile, Work } from './work.js';

/** A shape's class (0 a circle, 1 a square), its middle and half its side. */
type Shape = readonly [label: 0 | 1, x: number, y: number, half: number];

const [width, height] = [240, 180];

/** Shapes of each example; whoever opens the page for the first time finds those of the first one drawn. */
const scenes: readonly (readonly Shape[])[] = [
  [
    [0, 70, 70, 40],
    [1, 170, 110, 36],
  ],
  [
    [1, 60, 60, 30],
    [1, 150, 100, 45],
    [0, 210, 40, 20],
  ],
  [[0, 120, 90, 60]],
];

/** What points are called where nobody has named any. */
export const firstPoints = ['top', 'bottom'] as const;

/** Pictures to begin with, drawn here. */
export async function exampleWork(): Promise<Work> {
  const pictures = await Promise.all(scenes.map((shapes, i) => example(shapes, i)));
  return { classNames: ['circle', 'square'], pointNames: firstPoints, pictures };
}

async function example(shapes: readonly Shape[], i: number): Promise<AnnotatedFile> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#d9d4c7';
  context.fillRect(0, 0, width, height);
  shapes.forEach(([label, x, y, half], k) => {
    context.fillStyle = ['#3f6f8f', '#9a5b3c', '#5f7f4f'][(i + k) % 3];
    context.beginPath();
    if (label === 0) context.arc(x, y, half, 0, 2 * Math.PI);
    else context.rect(x - half, y - half, 2 * half, 2 * half);
    context.fill();
  });
  const blob = await canvas.convertToBlob();
  const hash = await hashOf(new Uint8Array(await blob.arrayBuffer()));
  const boxes = i === 0 ? shapes.map(boxed) : [];
  return { hash, name: `shapes-${i + 1}.png`, blob, width, height, order: i, example: true, boxes };
}

function boxed([label, x, y, half]: Shape): LabelledBox {
  const box: Corners = [x - half, y - half, x + half, y + half];
  return { label, box };
}
