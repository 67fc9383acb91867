import { describe, expect, it } from 'vitest';
import { boxIou, type Box } from '../geometry/index.js';
import { Random } from '../tensor/index.js';
import { assignFcos, assignRetinanet, assignSsd, countedThings } from './assignment.js';

const square = (x: number, y: number, side: number): number[] => [x, y, x + side, y + side];
const defaults = Float32Array.from([
  ...square(0, 0, 10),
  ...square(10, 0, 10),
  ...square(0, 10, 10),
  ...square(10, 10, 10),
  ...square(0, 0, 20),
]);
const places = { defaults, places: [4, 1] };

describe('default boxes', () => {
  it('find what they overlap by half, and each thing has the one that overlaps it most', () => {
    const boxes: Box[] = [
      [0, 0, 9, 9],
      [12, 12, 15, 15],
    ];
    expect([...assignSsd(boxes, places)]).toEqual([0, -1, -1, 1, -1]);
  });

  it('of RetinaNet are neither between two fifths and a half', () => {
    // It overlaps the first by 0.56, the third by 0.44, and the large one by 0.45.
    expect([...assignRetinanet([[0, 0, 10, 18]], places)]).toEqual([0, -1, -2, -1, -2]);
    // What overlaps nothing by half still has the best place.
    expect([...assignRetinanet([[12, 12, 17, 17]], places)]).toEqual([-1, -1, -1, 0, -1]);
  });

  it('have nothing to find where there is nothing', () => {
    expect([...assignSsd([], places)]).toEqual([-1, -1, -1, -1, -1]);
    expect([...assignRetinanet([], places)]).toEqual([-1, -1, -1, -1, -1]);
    expect([...assignFcos([], places)]).toEqual([-1, -1, -1, -1, -1]);
  });
});

describe('places of FCOS', () => {
  it('find things around them that are of their map’s size, the smallest first', () => {
    const boxes: Box[] = [
      [0, 0, 19, 19],
      [2, 2, 9, 9],
    ];
    expect([...assignFcos(boxes, { defaults, places: [4, 1] })]).toEqual([1, 0, 0, 0, -1]);
  });

  it('find large things at the coarse map', () => {
    const coarse = { defaults: Float32Array.from([...square(0, 0, 4), ...square(0, 0, 20)]), places: [1, 1] };
    expect([...assignFcos([[-85, -85, 105, 105]], coarse)]).toEqual([-1, 0]);
  });
});

it('crowds and things without extent are not looked for', () => {
  const box: Box = [0, 0, 5, 5];
  expect(
    countedThings([
      { label: 0, box, crowd: true },
      { label: 0, box: [3, 3, 3, 9] },
      { label: 1, box },
    ]),
  ).toHaveLength(1);
});

it('assigns as a table of all overlaps does, whatever touches what', () => {
  const random = new Random([7]);
  const box = (): Box => {
    const [x, y] = [random.uniform(-10, 90), random.uniform(-10, 90)];
    return [x, y, x + random.uniform(2, 40), y + random.uniform(2, 40)];
  };
  for (let trial = 0; trial < 40; trial++) {
    const boxes = Array.from({ length: trial % 5 }, box);
    const many = { defaults: Float32Array.from(Array.from({ length: 60 }, box).flat()), places: [60] };
    const overlaps = boxIou(boxes, many.defaults);
    const of = (thing: number, place: number): number => overlaps[60 * thing + place];
    const wanted = Array.from({ length: 60 }, (_, place) => {
      const best = boxes.reduce((most, _, thing) => (of(thing, place) > of(most, place) ? thing : most), 0);
      return boxes.length > 0 && of(best, place) >= 0.5 ? best : -1;
    });
    boxes.forEach((_, thing) => {
      const own = overlaps.subarray(60 * thing, 60 * thing + 60);
      wanted[own.indexOf(Math.max(...own))] = thing;
    });
    expect([...assignSsd(boxes, many)]).toEqual(wanted);
  }
});
