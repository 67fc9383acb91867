import { unitRule } from './unitRule.js';
import { extentOf, indexOf, unitAt, type UnitPlace, type UnitQuestion } from './units.js';
import { isSum, type How, type Rule } from './rules/rule.js';

/** A unit further on that a number goes into. */
export interface Fed extends UnitPlace {
  /** What it is multiplied with on the way. */
  readonly weight: number;
  readonly product: number;
  /** The number of the unit that it goes into. */
  readonly value: number;
}

/** Where a number goes in one of the layers that take it. */
export interface UnitFeeds {
  /** How that layer makes its numbers; undefined where it is none that is followed. */
  readonly how: How | undefined;
  /** The units, those for which it counts most first. */
  readonly units: readonly Fed[];
  /** All of them; fewer of a layer that keeps the largest than windows it lies in. */
  readonly count: number;
}

/** Units that are told one by one. */
const mostUnits = 60;

/**
 * Which units of a layer a number goes into, and what it brings there.
 *
 * @param question of the layer that takes it
 * @param input which of the layer's inputs it is a number of
 */
export function unitFeeds(question: UnitQuestion, input: number, from: UnitPlace): UnitFeeds {
  const { inputs, output } = question;
  const rule = unitRule(question);
  if (!rule) return { how: undefined, units: [], count: 0 };
  const { how } = rule;
  const index = indexOf(inputs[input].shape, from);
  const number = inputs[input].data[index];
  const found: Fed[] = [];
  const take = (at: UnitPlace, weight: number): void => {
    const value = output.data[indexOf(output.shape, at)];
    // Of those that are compared only the one that wins goes on.
    if ((how === 'largest' || how === 'smallest') && value !== number) return;
    found.push({ ...at, weight, product: number * weight, value });
  };
  if (rule.into) rule.into(input, from, take);
  else {
    for (const at of unitsThatMayTake(question, input, index, rule.window)) {
      rule.each(at, (one, place, weight) => {
        if (one === input && place === index) take(at, weight);
      });
    }
  }
  const size = isSum(how) ? ({ product }: Fed) => Math.abs(product) : ({ value }: Fed) => Math.abs(value);
  found.sort((a, b) => size(b) - size(a));
  return { how, units: found.slice(0, mostUnits), count: found.length };
}

/** All units of a layer, those whose window lies elsewhere left out. */
function* unitsThatMayTake(
  { inputs, output }: UnitQuestion,
  input: number,
  index: number,
  window: Rule['window'],
): Generator<UnitPlace> {
  const { row, column } = unitAt(inputs[input].shape, index);
  const [height, width, channels] = extentOf(output.shape);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const seen = window?.({ row: y, column: x, channel: 0 });
      if (seen && (row < seen.row || row >= seen.row + seen.height)) continue;
      if (seen && (column < seen.column || column >= seen.column + seen.width)) continue;
      for (let channel = 0; channel < channels; channel++) yield { row: y, column: x, channel };
    }
  }
}
