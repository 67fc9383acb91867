import { flatBoxes } from '../geometry/box.js';
import { iouOf } from '../geometry/boxOverlap.js';
import type { Annotation, Box } from '../geometry/index.js';
import { encodeBoxes, coderWeights } from './boxCoder.js';
import type { DefaultBoxes } from './defaultBoxes.js';

/** What is known of a network's places. */
export interface Places {
  readonly defaults: DefaultBoxes;
  /** How many places each map has. */
  readonly places: readonly number[];
}

/** Which thing each place is to find: its number, −1 for the background, −2 where it is neither. */
export type Assignment = Int32Array;

const [background, neither] = [-1, -2];

/** How much places and things overlap. */
interface Overlaps {
  /** Of each place the thing that it overlaps most, of equal ones the first, and how much. */
  readonly best: Assignment;
  readonly most: Float64Array;
  /** Things × places. */
  readonly each: Float64Array;
}

function overlapsOf(boxes: readonly Box[], { defaults }: Places): Overlaps {
  const count = defaults.length / 4;
  const things = flatBoxes('assignment', boxes);
  const [each, most] = [new Float64Array(boxes.length * count), new Float64Array(count)];
  const best = new Int32Array(count);
  for (let thing = 0; thing < boxes.length; thing++) {
    const [x1, y1, x2, y2] = boxes[thing];
    for (let place = 0, at = 0; place < count; place++, at += 4) {
      // Of thousands of places few touch a thing: the others are told by a comparison or two.
      if (defaults[at] >= x2 || defaults[at + 2] <= x1 || defaults[at + 1] >= y2 || defaults[at + 3] <= y1) continue;
      const overlap = iouOf(things, 4 * thing, defaults, at);
      each[thing * count + place] = overlap;
      if (overlap <= most[place]) continue;
      most[place] = overlap;
      best[place] = thing;
    }
  }
  return { best, most, each };
}

/** SSD's matching (torchvision's SSDMatcher): places that overlap a thing by half, and of each thing the place that overlaps it most. */
export function assignSsd(boxes: readonly Box[], places: Places): Assignment {
  const { best, most, each } = overlapsOf(boxes, places);
  const assigned = best.map((thing, place) => (most[place] < 0.5 ? background : thing));
  const count = assigned.length;
  boxes.forEach((_, thing) => {
    const first = thing * count;
    let place = 0;
    for (let i = 1; i < count; i++) if (each[first + i] > each[first + place]) place = i;
    assigned[place] = thing;
  });
  return assigned;
}

/**
 * RetinaNet's matching (torchvision's Matcher): places that overlap a thing by half; with less than 0.4 the background; between them
 * neither. What overlaps a thing as much as the best place does is taken in any case, for the thing that it overlaps most itself.
 */
export function assignRetinanet(boxes: readonly Box[], places: Places): Assignment {
  const { best, most, each } = overlapsOf(boxes, places);
  const assigned = best.map((thing, i) => (most[i] < 0.4 ? background : most[i] < 0.5 ? neither : thing));
  const count = assigned.length;
  boxes.forEach((_, thing) => {
    const own = each.subarray(thing * count, (thing + 1) * count);
    const highest = own.reduce((a, b) => Math.max(a, b), 0);
    own.forEach((overlap, place) => {
      if (overlap === highest) assigned[place] = best[place];
    });
  });
  return assigned;
}

/**
 * FCOS's matching: places inside a thing, near its middle (1.5 strides), whose farthest side is four to eight strides away; the
 * finest map also takes nearer ones, the coarsest farther ones. Of several things the smallest.
 */
export function assignFcos(boxes: readonly Box[], { defaults, places }: Places): Assignment {
  const assigned = new Int32Array(defaults.length / 4).fill(background);
  const areas = boxes.map(([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1));
  let place = 0;
  places.forEach((count, map) => {
    for (const end = place + count; place < end; place++) {
      const [left, top, right, bottom] = defaults.subarray(4 * place, 4 * place + 4);
      const [x, y, stride] = [(left + right) / 2, (top + bottom) / 2, right - left];
      const least = map === 0 ? 0 : 4 * stride;
      const most = map === places.length - 1 ? Infinity : 8 * stride;
      boxes.forEach(([x1, y1, x2, y2], thing) => {
        const near = Math.max(Math.abs(x - (x1 + x2) / 2), Math.abs(y - (y1 + y2) / 2)) < 1.5 * stride;
        const sides = [x - x1, y - y1, x2 - x, y2 - y];
        const farthest = Math.max(...sides);
        if (!near || Math.min(...sides) <= 0 || farthest <= least || farthest >= most) return;
        if (assigned[place] === background || areas[thing] < areas[assigned[place]]) assigned[place] = thing;
      });
    }
  });
  return assigned;
}

/** Things that a network is to find: those that somebody counts, and that have an extent. */
export const countedThings = (things: readonly Annotation[]): readonly Annotation[] =>
  things.filter(({ crowd, box: [x1, y1, x2, y2] }) => !crowd && x2 > x1 && y2 > y1);

/** Rows [label, four codes] of each place, for networks of default boxes. */
export function codeTargets(
  things: readonly Annotation[],
  labels: readonly number[],
  places: Places,
  kind: 'ssd' | 'retinanet',
  out: Float32Array,
): void {
  if (things.length === 0) return;
  const assigned = (kind === 'ssd' ? assignSsd : assignRetinanet)(
    things.map(({ box }) => box),
    places,
  );
  assigned.forEach((thing, place) => {
    if (thing === neither) out[5 * place] = -1;
    if (thing < 0) return;
    const { label, box } = things[thing];
    const own = places.defaults.subarray(4 * place, 4 * place + 4);
    out[5 * place] = labels[label];
    out.set(encodeBoxes(Float32Array.from(box), own, coderWeights[kind]), 5 * place + 1);
  });
}

/** Rows [label, four distances in strides, centre-ness] of each place, for FCOS. */
export function distanceTargets(
  things: readonly Annotation[],
  labels: readonly number[],
  places: Places,
  out: Float32Array,
): void {
  assignFcos(
    things.map(({ box }) => box),
    places,
  ).forEach((thing, place) => {
    if (thing < 0) return;
    const {
      label,
      box: [x1, y1, x2, y2],
    } = things[thing];
    const [left, top, right, bottom] = places.defaults.subarray(4 * place, 4 * place + 4);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const [l, t, r, b] = [x - x1, y - y1, x2 - x, y2 - y];
    const near = Math.sqrt((Math.min(l, r) / Math.max(l, r)) * (Math.min(t, b) / Math.max(t, b)));
    const [width, height] = [right - left, bottom - top];
    out.set([labels[label], l / width, t / height, r / width, b / height, near], 6 * place);
  });
}
