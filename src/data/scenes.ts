import type { Annotation, Keypoint } from '../geometry/annotation.js';
import { RunLengthMask } from '../geometry/runLengthMask.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { Random, StriateError } from '../tensor/index.js';
import { AnnotatedSet, type AnnotatedPicture } from './annotated/annotatedSet.js';
import { Ink } from './drawing/ink.js';
import { drawThing, sceneClasses, scenePoints, type SceneKind, type ThingPlace } from './drawing/sceneThings.js';

/** Training and test pictures use separate random streams. */
const streams = { train: 0, test: 1 } as const;

/** How scenes are drawn. */
export interface ScenesOptions {
  /** The same seed gives the same pictures, byte for byte; 0 by default. */
  readonly seed?: number;
  /** Training pictures; 2,000 by default. */
  readonly train?: number;
  /** Test pictures; 500 by default. */
  readonly test?: number;
  /** Width and height of a picture in pixels, or [height, width]; 128 by default, at least 16. */
  readonly size?: number | readonly [height: number, width: number];
  /** What is drawn: `shapes` (circle, square, triangle, star), `digits` and `xo`; all by default. */
  readonly kinds?: readonly SceneKind[];
  /** The least and the most things in a picture; [1, 5] by default. */
  readonly things?: readonly [least: number, most: number];
  /** The smallest and the largest side of a thing, as a share of the picture's shorter side; [0.2, 0.5] by default. */
  readonly scale?: readonly [least: number, most: number];
  /** Largest rotation of things, in degrees; 20 by default. */
  readonly rotation?: number;
  /** The largest share of a thing that others may cover; 0.5 by default, 0 for things that do not overlap. */
  readonly overlap?: number;
  /** How strong the ground's texture is, from 0 (one colour) to 1; 0.5 by default. */
  readonly texture?: number;
}

const defaults = {
  seed: 0,
  train: 2_000,
  test: 500,
  size: 128,
  kinds: ['shapes', 'digits', 'xo'],
  things: [1, 5],
  scale: [0.2, 0.5],
  rotation: 20,
  overlap: 0.5,
  texture: 0.5,
} as const satisfies Required<ScenesOptions>;

const accepts = {
  where: 'scenes',
  kinds: {
    seed: 'number',
    train: 'number',
    test: 'number',
    size: 'number or list',
    kinds: 'list',
    things: 'list',
    scale: 'list',
    rotation: 'number',
    overlap: 'number',
    texture: 'number',
  },
} as const satisfies AcceptedOptions<ScenesOptions>;

/** Scenes to train on and to test. */
export interface ScenesSplits {
  readonly train: AnnotatedSet;
  readonly validation: undefined;
  readonly test: AnnotatedSet;
}

/**
 * Draws scenes: shapes, digits, X and O of any size on textured ground, turned and partly behind one another, with exact boxes and masks
 * of what can be seen, and five points each (the middles of the sides, and the centre; hidden ones marked). Pictures are size × size × 3.
 *
 * @throws StriateError when an option is out of its range.
 *
 * @example
 * const { train, test } = scenes({ seed: 1, train: 100, test: 20, kinds: ['shapes'], things: [1, 3] });
 * train.annotations(0)[0].box; // [x1, y1, x2, y2]
 */
export function scenes(options: ScenesOptions = {}): ScenesSplits {
  const settings = { ...defaults, ...expectOptions(accepts, options) };
  check(settings);
  const part = (name: keyof typeof streams): AnnotatedSet => draw(settings, streams[name], settings[name]);
  return { train: part('train'), validation: undefined, test: part('test') };
}

type Settings = Required<ScenesOptions>;

function draw(settings: Settings, stream: number, count: number): AnnotatedSet {
  const { size, kinds, seed } = settings;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const classes = kinds.flatMap((kind) => sceneClasses[kind].map((name, index) => ({ kind, name, index })));
  const bytes = new Uint8Array(count * height * width * 3);
  const painter = new ScenePainter(settings, height, width, classes);
  const pictures: AnnotatedPicture[] = [];
  const picture = (i: number): Uint8Array => bytes.subarray(i * height * width * 3, (i + 1) * height * width * 3);
  for (let i = 0; i < count; i++) {
    // One stream per picture: the first pictures of a large set are those of a small one.
    const annotations = painter.draw(new Random([seed, stream, i]), picture(i));
    pictures.push({ name: String(i), height, width, annotations });
  }
  return new AnnotatedSet({
    name: 'scenes',
    classNames: classes.map(({ name }) => name),
    pointNames: scenePoints,
    pictures,
    problems: [],
    problemLines: [],
    preprocessing: { size: [height, width], fit: 'contain' },
    read: (i) => ({ data: picture(i), width, height, channels: 3 }),
  });
}

/** A rectangle of whole pixels, its ends excluded. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A thing that has been placed. */
interface PlacedThing {
  readonly label: number;
  readonly place: ThingPlace;
  /** Half of its width and height as it is upright. */
  readonly half: readonly [x: number, y: number];
  /** How far each pixel of the picture is covered. */
  readonly cover: Float32Array;
  /** Where it covers some. */
  readonly part: Part;
  readonly pixels: number;
  /** How many of its pixels others cover. */
  covered: number;
}

/** A pixel belongs to a thing that covers half of it. */
const half = 0.5;

/** A place is tried so many times before a thing is left out. */
const attempts = 20;

/** Draws one scene after another. */
class ScenePainter {
  private readonly ink = new Ink();

  constructor(
    private readonly settings: Settings,
    private readonly height: number,
    private readonly width: number,
    private readonly classes: readonly { readonly kind: SceneKind; readonly index: number; readonly name: string }[],
  ) {}

  /**
   * Draws a scene.
   *
   * @param out receives height × width × 3 bytes
   */
  draw(random: Random, out: Uint8Array): Annotation[] {
    const { height, width, settings } = this;
    const [least, most] = settings.things;
    const ground = drawGround(random, height, width, settings.texture, out);
    const things: PlacedThing[] = [];
    const wanted = least + random.integer(most - least + 1);
    for (let i = 0; i < wanted; i++) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const thing = this.place(random);
        if (!this.fits(thing, things)) continue;
        things.push(thing);
        paint(out, width, thing, random, ground);
        break;
      }
    }
    return things.map((thing, i) => this.annotation(thing, things.slice(i + 1)));
  }

  private place(random: Random): PlacedThing {
    const { settings, height, width, classes } = this;
    const label = random.integer(classes.length);
    const { kind, index, name } = classes[label];
    const reach = (random.uniform(...settings.scale) * Math.min(height, width)) / 2;
    // A circle and an O look the same however they are turned.
    const round = name === 'circle' || name === 'O';
    const angle = round ? 0 : (random.uniform(-settings.rotation, settings.rotation) * Math.PI) / 180;
    // The corners of what is turned reach further than its sides.
    const room = reach * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle))) + 1;
    const within = (length: number): number => (length > 2 * room ? random.uniform(room, length - room) : length / 2);
    const place = { x: within(width), y: within(height), reach, angle };
    const data = new Float32Array(height * width);
    const extent = drawThing[kind](index, place, random, { width, height, data, ink: this.ink });
    const part = {
      left: Math.max(0, Math.floor(place.x - room)),
      top: Math.max(0, Math.floor(place.y - room)),
      right: Math.min(width, Math.ceil(place.x + room)),
      bottom: Math.min(height, Math.ceil(place.y + room)),
    };
    const thing = { label, place, half: extent, cover: data, part, pixels: 0, covered: 0 };
    return { ...thing, pixels: this.commonPixels(thing, thing) };
  }

  /** How many pixels belong to both of two things. */
  private commonPixels(a: Pick<PlacedThing, 'cover' | 'part'>, b: Pick<PlacedThing, 'cover' | 'part'>): number {
    const [right, bottom] = [Math.min(a.part.right, b.part.right), Math.min(a.part.bottom, b.part.bottom)];
    let common = 0;
    for (let y = Math.max(a.part.top, b.part.top); y < bottom; y++) {
      for (let x = Math.max(a.part.left, b.part.left); x < right; x++) {
        const at = y * this.width + x;
        if (a.cover[at] >= half && b.cover[at] >= half) common++;
      }
    }
    return common;
  }

  /** Whether enough is left to see of what lies behind; then it is noted. */
  private fits(thing: PlacedThing, others: readonly PlacedThing[]): boolean {
    if (thing.pixels === 0) return false;
    const common = others.map((other) => this.commonPixels(other, thing));
    if (others.some(({ pixels, covered }, i) => covered + common[i] > this.settings.overlap * pixels)) return false;
    others.forEach((other, i) => (other.covered += common[i]));
    return true;
  }

  private annotation(
    { label, place, half: [across, down], cover, part }: PlacedThing,
    above: readonly PlacedThing[],
  ): Annotation {
    const { height, width } = this;
    const hidden = (at: number): boolean => above.some((other) => other.cover[at] >= half);
    const pixels = new Uint8Array(height * width);
    for (let y = part.top; y < part.bottom; y++) {
      for (let x = part.left; x < part.right; x++) {
        const at = y * width + x;
        if (cover[at] >= half && !hidden(at)) pixels[at] = 1;
      }
    }
    const mask = RunLengthMask.fromArray(pixels, height, width);
    const [cos, sin] = [Math.cos(place.angle), Math.sin(place.angle)];
    const points = [
      [0, -down],
      [across, 0],
      [0, down],
      [-across, 0],
      [0, 0],
    ].map(([a, b]): Keypoint => {
      const [x, y] = [place.x + a * cos - b * sin, place.y + a * sin + b * cos];
      const at = Math.min(height - 1, Math.floor(y)) * width + Math.min(width - 1, Math.floor(x));
      return [x, y, hidden(at) ? 1 : 2];
    });
    return { label, box: mask.box, mask, points };
  }
}

/** Fills a picture with a colour and waves of others. */
function drawGround(
  random: Random,
  height: number,
  width: number,
  texture: number,
  out: Uint8Array,
): readonly number[] {
  const ground = [0, 1, 2].map(() => random.uniform(40, 215));
  const smooth = new Float32Array(height * width * 3);
  for (let wave = 0; wave < 4; wave++) {
    const [angle, length] = [random.uniform(0, 2 * Math.PI), random.uniform(4, 40)];
    const strength = [0, 1, 2].map(() => random.uniform(-22, 22) * texture);
    const [kx, ky] = [(2 * Math.PI * Math.cos(angle)) / length, (2 * Math.PI * Math.sin(angle)) / length];
    const phase = random.uniform(0, 2 * Math.PI);
    // The sine of a sum, from those of its parts.
    const sines = Float64Array.from({ length: width }, (_, x) => Math.sin(kx * x));
    const cosines = Float64Array.from({ length: width }, (_, x) => Math.cos(kx * x));
    for (let y = 0, at = 0; y < height; y++) {
      const [sine, cosine] = [Math.sin(ky * y + phase), Math.cos(ky * y + phase)];
      for (let x = 0; x < width; x++, at += 3) {
        const value = sines[x] * cosine + cosines[x] * sine;
        smooth[at] += strength[0] * value;
        smooth[at + 1] += strength[1] * value;
        smooth[at + 2] += strength[2] * value;
      }
    }
  }
  for (let at = 0; at < smooth.length; at += 3) {
    const noise = random.uniform(-24, 24) * texture;
    for (let c = 0; c < 3; c++)
      out[at + c] = Math.round(Math.min(255, Math.max(0, ground[c] + smooth[at + c] + noise)));
  }
  return ground;
}

/** Colours differ from the ground's by at least so much in brightness. */
const contrast = 60;

/** Paints a thing in one colour that can be told from the ground's. */
function paint(
  out: Uint8Array,
  width: number,
  { cover, part }: PlacedThing,
  random: Random,
  ground: readonly number[],
): void {
  const brightness = ([red, green, blue]: readonly number[]): number => 0.3 * red + 0.59 * green + 0.11 * blue;
  let colour: readonly number[];
  do colour = [0, 1, 2].map(() => random.uniform(0, 255));
  while (Math.abs(brightness(colour) - brightness(ground)) < contrast);
  for (let y = part.top; y < part.bottom; y++) {
    for (let x = part.left; x < part.right; x++) {
      const at = y * width + x;
      const value = cover[at];
      for (let c = 0; value > 0 && c < 3; c++) {
        out[at * 3 + c] = Math.round(out[at * 3 + c] * (1 - value) + colour[c] * value);
      }
    }
  }
}

function check({ train, test, size, kinds, things, scale, rotation, overlap, texture }: Settings): void {
  const where = "data set 'scenes'";
  expectWhole(where, 'train', train);
  expectWhole(where, 'test', test);
  for (const side of typeof size === 'number' ? [size] : size) expectWhole(where, 'size', side, 16, 4096);
  if (kinds.length === 0)
    throw new StriateError({ where, rule: 'kinds must be some of shapes, digits, xo', received: '[]' });
  for (const kind of kinds) expectOneOf(where, 'kinds', kind, Object.keys(sceneClasses));
  for (const number of things) expectWhole(where, 'things', number, 0, 100);
  for (const share of scale) expectNumber(where, 'scale', share, { above: 0, most: 0.9 });
  if (things.length !== 2 || scale.length !== 2 || things[0] > things[1] || scale[0] > scale[1]) {
    throw new StriateError({ where, rule: 'things and scale must be the least and the most' });
  }
  expectNumber(where, 'rotation', rotation, { least: 0, most: 180 });
  expectNumber(where, 'overlap', overlap, { least: 0, most: 1 });
  expectNumber(where, 'texture', texture, { least: 0, most: 1 });
}
