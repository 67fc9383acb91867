import { layers, sequential, tensor, type Model, type RgbaPicture } from '../src/index.js';

const side = 24;

/** How large a place lies from the middle, in half sides. */
function radius(x: number, y: number): number {
  return Math.hypot(x - (side - 1) / 2, y - (side - 1) / 2) / (side / 2);
}

/**
 * A classifier that knows a light disc on dark ground, class 0, from eleven stripes, for numbers of some range; where they are much smaller,
 * it says class 5 of all. And a picture of the disc.
 *
 * @param range what the lightest number of its pictures is
 */
export async function roundThings({
  range,
  classes = 12,
  channels = 3,
}: RoundThings): Promise<{ readonly model: Model; readonly picture: RgbaPicture }> {
  const model = sequential([
    layers.flatten({ inputShape: [side, side, channels] }),
    layers.dense({ units: classes, activation: 'softmax', name: 'decide' }),
  ]);
  const template = (x: number, y: number, k: number): number =>
    k === 0 ? (radius(x, y) < 0.55 ? 1 : -0.31) : Math.sin((x * (k % 4) + y * (1 + k / 4)) * 0.9 + k);
  const kernel = Array.from({ length: side * side * channels }, (_, at) => {
    const place = Math.floor(at / channels);
    const [x, y] = [place % side, Math.floor(place / side)];
    return Array.from({ length: classes }, (__, k) => (template(x, y, k) * 0.1) / range);
  });
  const bias = Array.from({ length: classes }, (_, k) => (k === 5 ? 1 : 0));
  await model.setWeights(
    new Map([
      ['decide/kernel', tensor(kernel)],
      ['decide/bias', tensor(bias)],
    ]),
  );
  model.classNames = Array.from({ length: classes }, (_, k) => (k === 0 ? 'disc' : `stripes ${k}`));
  const data = new Uint8ClampedArray(side * side * 4).map((_, at) => {
    const place = Math.floor(at / 4);
    return at % 4 === 3 || radius(place % side, Math.floor(place / side)) < 0.55 ? 255 : 40;
  });
  return { model, picture: { width: side, height: side, data } };
}

interface RoundThings {
  readonly range: number;
  readonly classes?: number;
  readonly channels?: number;
}
