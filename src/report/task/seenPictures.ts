import { isNear } from '../../measures/keypointSimilarity.js';
import { escapeMarkup } from '../../platform/escapeMarkup.js';
import { classColours } from '../classColours.js';
import { dataUri } from '../draw.js';
import { judgedBoxes, type JudgedPicture, type Outcome } from './judgedPictures.js';
import type { BoxTrial, MaskTrial, PointTrial, TaskTrial } from './taskTrial.js';

/** Pixels of a picture's longer side on the page. */
const largest = 480;
/** Pictures of so few pixels a side stay as they are. */
const small = 160;

interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A picture's pixels, RGB. */
async function pixelsOf({ set }: TaskTrial, picture: number): Promise<Pixels> {
  const { data, width, height, channels } = await set.pixels(picture);
  if (channels === 3) return { data: Uint8Array.from(data), width, height };
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[i * channels + (channels < 3 ? 0 : c)];
  return { data: rgb, width, height };
}

async function uriOf({ data, width, height }: Pixels): Promise<string> {
  const { default: sharp } = await import('sharp');
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  if (Math.max(width, height) <= small) return dataUri(await image.png().toBuffer(), 'image/png');
  const sized = image.resize(largest, largest, { fit: 'inside', withoutEnlargement: true });
  return dataUri(await sized.jpeg({ quality: 82 }).toBuffer(), 'image/jpeg');
}

/** A picture with marks upon it, in its own pixels; `unit` of `marks` is what a letter is high. */
async function stage(pixels: Pixels, marks: (labels: Labels, unit: number) => string, title = ''): Promise<string> {
  const { width, height } = pixels;
  // Of several side by side, each is half as large.
  const unit = Math.max(width, height) / (title === '' ? 19 : 10);
  const image = `<image href="${await uriOf(pixels)}" width="${width}" height="${height}"/>`;
  const svg = `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${image}${marks(new Labels(width, height, unit), unit)}</svg>`;
  return title === '' ? svg : `<div><small>${title}</small>${svg}</div>`;
}

/** Texts upon one picture: kept within it, and out of each other's way. */
class Labels {
  private readonly taken: (readonly [left: number, top: number, right: number, bottom: number])[] = [];

  constructor(
    private readonly width: number,
    private readonly height: number,
    /** The height of a letter. */
    private readonly unit: number,
  ) {}

  /**
   * A text that can be read on any ground, its baseline beginning at a place or near it.
   *
   * @param step in which direction it goes where there is another one: 1 downwards, −1 upwards
   */
  write(text: string, x: number, y: number, kind: string, step: 1 | -1 = 1): string {
    const { unit, taken } = this;
    const wide = Array.from(text).length * unit * 0.58;
    const left = Math.max(0, Math.min(x, this.width - wide));
    const within = (place: number): number => Math.max(unit, Math.min(place, this.height - unit / 4));
    const isFree = (base: number): boolean =>
      !taken.some(([l, t, r, b]) => left < r && left + wide > l && base - unit < b && base > t);
    const tries = [0, 1, 2, 3, -1, -2].map((turn) => within(y + step * turn * unit * 1.05));
    const base = tries.find(isFree) ?? within(y);
    taken.push([left, base - unit, left + wide, base]);
    const place = `x="${left.toFixed(1)}" y="${base.toFixed(1)}" font-size="${unit.toFixed(1)}"`;
    return `<text class="${kind}" ${place} stroke-width="${(unit / 4).toFixed(1)}">${escapeMarkup(text)}</text>`;
  }
}

/** The mark of a box: a light line below a coloured one. */
export function boxMark([x1, y1, x2, y2]: readonly number[], outcome: Outcome): string {
  const place = `x="${x1.toFixed(1)}" y="${y1.toFixed(1)}" width="${(x2 - x1).toFixed(1)}" height="${(y2 - y1).toFixed(1)}"`;
  return `<rect class="under" ${place}/><rect class="${outcome}" ${place}/>`;
}

async function seenBoxes(trial: BoxTrial, picture: number): Promise<string> {
  const pixels = await pixelsOf(trial, picture);
  const boxes = judgedBoxes(trial, picture);
  return stage(pixels, (labels, unit) =>
    [
      ...boxes.map(({ box, outcome }) => boxMark(box, outcome)),
      ...boxes.map(({ box: [x1, y1, , y2], name, outcome }) =>
        // What was missed is named below, so that both can be read.
        outcome === 'missed'
          ? labels.write(name, x1, y2 + unit, outcome)
          : labels.write(name, x1, y1 - unit / 5, outcome, -1),
      ),
    ].join(''),
  );
}

/** Colours of classes, the same in all pictures; more than ten share them, and names stand in the masks. */
const colours = classColours(new Array<number>(10).fill(1)).of.map(({ light }) => light);
const colourOf = (place: number): string => colours[place % colours.length];
const bytesOf = (colour: string): number[] => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** The same picture, grey and with colours over some of its pixels. */
function tinted({ data, width, height }: Pixels, colourAt: (at: number) => readonly number[] | undefined): Pixels {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < width * height; i++) {
    const grey = 0.5 * (0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]) + 100;
    const colour = colourAt(i);
    for (let c = 0; c < 3; c++) out[3 * i + c] = colour ? 0.3 * grey + 0.7 * colour[c] : grey;
  }
  return { data: out, width, height };
}

/** The names of the classes that cover much of a mask, each at its middle. */
function maskNames(
  map: Uint8Array,
  { width, height }: Pixels,
  names: readonly string[],
  labels: Labels,
  unit: number,
): string {
  const sums = names.map(() => [0, 0, 0]);
  map.forEach((own, i) => {
    if (own === 0 || own === 255) return;
    sums[own][0]++;
    sums[own][1] += i % width;
    sums[own][2] += Math.floor(i / width);
  });
  return sums
    .map(([count, x, y], own) => {
      if (count < (width * height) / 200) return '';
      const middle = x / count - Array.from(names[own]).length * unit * 0.29;
      return labels.write(names[own], middle, y / count + unit / 3, 'name');
    })
    .join('');
}

async function seenMasks({ truth, found, classNames, ...trial }: MaskTrial, picture: number): Promise<string> {
  const pixels = await pixelsOf({ truth, found, classNames, ...trial }, picture);
  const [real, named] = [truth[picture].data, found[picture].data];
  const classTint = (map: Uint8Array) => (at: number) =>
    map[at] === 0 || map[at] === 255 ? undefined : bytesOf(colourOf(map[at] - 1));
  const isWrong = (at: number): boolean => real[at] !== 255 && real[at] !== named[at];
  const wrong = [214, 24, 42];
  const panels = [
    await stage(pixels, () => '', 'picture'),
    await stage(
      tinted(pixels, classTint(real)),
      (labels, unit) => maskNames(real, pixels, classNames, labels, unit),
      'what is there',
    ),
    await stage(
      tinted(pixels, classTint(named)),
      (labels, unit) => maskNames(named, pixels, classNames, labels, unit),
      'what it saw',
    ),
    await stage(
      tinted(pixels, (at) => (isWrong(at) ? wrong : undefined)),
      () => '',
      'wrong',
    ),
  ];
  return `<div class="panels">${panels.join('')}</div>`;
}

/** Where a point is, hollow, and where it was seen, joined by a line. */
function pointMark([x, y]: readonly number[], [ownX, ownY]: readonly number[], near: boolean, colour: string): string {
  const kind = near ? 'right' : 'mistaken';
  const line = `x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" x2="${ownX.toFixed(1)}" y2="${ownY.toFixed(1)}"`;
  const dot = (cx: number, cy: number, look: string): string =>
    `<line class="dot" x1="${cx.toFixed(1)}" y1="${cy.toFixed(1)}" x2="${cx.toFixed(1)}" y2="${cy.toFixed(1)}" ${look}/>`;
  return (
    `<line class="under" ${line}/><line class="${kind}" ${line}/>` +
    dot(ownX, ownY, `stroke="#ffffff" stroke-width="13"`) +
    dot(ownX, ownY, `stroke="${colour}" stroke-width="11"`) +
    dot(ownX, ownY, `stroke="#ffffff" stroke-width="6"`) +
    dot(x, y, `stroke="#ffffff" stroke-width="11"`) +
    dot(x, y, `stroke="${colour}" stroke-width="8"`)
  );
}

async function seenPoints(trial: PointTrial, picture: number): Promise<string> {
  const pixels = await pixelsOf(trial, picture);
  return stage(pixels, () =>
    trial.things
      .filter((one) => one.picture === picture)
      .flatMap(({ thing, found }) =>
        found.map((seen, i) => {
          const real = thing.points?.[i];
          if (!real || real[2] === 0) return '';
          return pointMark(seen, real, isNear(real, seen, thing.box, trial.threshold), colourOf(i));
        }),
      )
      .join(''),
  );
}

/** A picture of a trial with what is in it and what was seen, as a card of the page. */
export async function seenPicture(trial: TaskTrial, { picture, said }: JudgedPicture): Promise<string> {
  const seen =
    trial.task === 'detect'
      ? await seenBoxes(trial, picture)
      : trial.task === 'segment'
        ? await seenMasks(trial, picture)
        : await seenPoints(trial, picture);
  const { name } = trial.set.picture(picture);
  return `<figure role="img" aria-label="${escapeMarkup(`${name}: ${said}`)}">${seen}<figcaption><b>${escapeMarkup(name)}</b> ${escapeMarkup(said)}</figcaption></figure>`;
}

/** What the marks mean, shown by themselves. */
export function marksLegend(trial: TaskTrial): string {
  if (trial.task === 'segment') return '';
  const svg = (inside: string): string =>
    `<svg viewBox="0 0 40 24" width="40" height="24" aria-hidden="true">${inside}</svg>`;
  const entry = (inside: string, text: string): string => `<li>${svg(inside)} ${escapeMarkup(text)}</li>`;
  if (trial.task === 'detect') {
    const texts = { right: 'found', missed: 'missed', invented: 'wrong: another class, or nothing there' } as const;
    const items = Object.entries(texts).map(([outcome, text]) => {
      return entry(boxMark([6, 4, 34, 20], outcome as Outcome), text);
    });
    return `<ul class="outcomes">${items.join('')}</ul>`;
  }
  const { pointNames } = trial.set;
  const joined = entry(pointMark([12, 12], [30, 12], true, colourOf(0)), 'seen, and where it is (hollow)');
  const far = entry(pointMark([12, 12], [30, 12], false, colourOf(0)), 'too far off');
  const points = pointNames.map((name, i) => entry(pointMark([20, 12], [20, 12], true, colourOf(i)), name));
  return `<ul class="outcomes">${joined}${far}${points.join('')}</ul>`;
}

/** The style of these cards. */
export const seenStyle = `
.seen { display: grid; grid-template-columns: repeat(auto-fill, minmax(232px, 1fr)); gap: 1rem; }
.seen.wideCards { grid-template-columns: repeat(auto-fill, minmax(min(470px, 100%), 1fr)); }
.seen figure, .outcomes { background: var(--panel); border-radius: 10px; padding: .75rem; }
.seen svg { width: 100%; height: auto; border-radius: 4px; overflow: hidden; }
.seen figcaption { margin-top: .5rem; font-size: .85rem; color: var(--quiet); overflow-wrap: anywhere; }
.seen figcaption b { color: var(--ink); font-weight: 600; }
.panels { display: grid; grid-template-columns: repeat(4, 1fr); gap: .4rem; }
.panels small { display: block; color: var(--quiet); }
.outcomes { display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; margin: 0 0 1rem; list-style: none; }
.outcomes li { display: flex; align-items: center; gap: .5rem; margin: 0; font-size: .92rem; }
.seen :is(rect, line), .outcomes :is(rect, line) { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; }
:is(rect, line).under { stroke: #ffffff; stroke-width: 4.5; stroke-opacity: .85; }
:is(rect, line).right { stroke: #2463c9; stroke-width: 2.5; }
:is(rect, line).missed { stroke: #b3590a; stroke-width: 2.5; stroke-dasharray: 5 5; stroke-linecap: butt; }
:is(rect, line):is(.mistaken, .invented) { stroke: #d6182a; stroke-width: 2.5; }
.seen text { font-family: system-ui, "Segoe UI", Arial, sans-serif; font-weight: 600; paint-order: stroke; stroke: #ffffff; stroke-linejoin: round; fill: #1d2129; }
.seen text.right { fill: #174a9c; }
.seen text.missed { fill: #8a4405; }
.seen text:is(.mistaken, .invented) { fill: #b01020; }
`;
