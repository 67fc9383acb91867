import type { TaskContext } from '../../engine/protocol.js';
import { callsAfter, callsBefore, unitQuestion } from './modelValues.js';
import { receptiveField, type PictureArea } from './receptiveField.js';
import { lookInto, type LookedInto } from './session.js';
import type { Subject } from './subject.js';
import { unitEvidence, type UnitEvidence } from './unitEvidence.js';
import { isSum } from './rules/rule.js';
import { unitFeeds, type UnitFeeds } from './unitFeeds.js';
import type { UnitPlace, Value } from './units.js';

/** Where a unit's number comes from, and which calls its terms' inputs are. */
export interface UnitAnswer extends UnitEvidence {
  /** Whose number it is. */
  readonly call: number;
  readonly at: UnitPlace;
  readonly before: readonly number[];
  /** What it can see of the picture. */
  readonly field: PictureArea | undefined;
  /** Where it goes from here: into which units of the layers that take it. */
  readonly feeds: readonly (UnitFeeds & { readonly call: number })[];
}

export async function unit(
  { subject, call, at }: { subject: Subject; call: number; at: UnitPlace },
  { engine }: TaskContext,
): Promise<UnitAnswer> {
  const inside = await lookInto(subject, engine);
  const { model } = inside.opened;
  const weights = await inside.weights();
  const question = unitQuestion(model, inside.values, weights, call);
  const before = callsBefore(model, call);
  const feeds = feedsOf(inside, weights, call, at);
  return { ...unitEvidence(question, at), call, at, before, field: receptiveField(model, call, at), feeds };
}

function feedsOf(
  { opened: { model }, values }: LookedInto,
  weights: ReadonlyMap<string, Value>,
  call: number,
  at: UnitPlace,
): UnitAnswer['feeds'] {
  return callsAfter(model, call).map((after) => ({
    call: after.call,
    ...unitFeeds(unitQuestion(model, values, weights, after.call), after.input, at),
  }));
}

/** A number on the way down to the picture. */
export interface PathStep extends UnitPlace {
  /** −1 for the picture. */
  readonly call: number;
  readonly value: number;
}

/** The path that mattered, on both sides of a number. */
export interface UnitPath {
  /** From it down to a pixel of the picture, always along the term that counts most. */
  readonly down: readonly PathStep[];
  /** From it up to an answer, by the units that it counts most for of those from which there is a way on. */
  readonly up: readonly PathStep[];
}

export async function path(
  { subject, call, at }: { subject: Subject; call: number; at: UnitPlace },
  { engine }: TaskContext,
): Promise<UnitPath> {
  const inside = await lookInto(subject, engine);
  const { model } = inside.opened;
  const weights = await inside.weights();
  const down: PathStep[] = [];
  for (let [here, unitThere] = [call, at]; here >= 0;) {
    const { terms } = unitEvidence(unitQuestion(model, inside.values, weights, here), unitThere);
    // A number that nothing made, as in the padding, ends the path.
    const [{ input, row, column, channel, value } = { input: -1, row: 0, column: 0, channel: 0, value: 0 }] = terms;
    if (input < 0) break;
    here = callsBefore(model, here)[input];
    unitThere = { row, column, channel };
    down.push({ call: here, ...unitThere, value });
  }
  return { down, up: wayUp(inside, weights, call, at) };
}

/** Units that are tried before a way up is given up. */
const mostTried = 60;

/**
 * The way up to an answer. A product that makes a number which a rectifier drops, or one that is not the largest of its window,
 * leads nowhere: then the next is tried. The farthest way where none reaches an answer.
 */
function wayUp(inside: LookedInto, weights: ReadonlyMap<string, Value>, call: number, at: UnitPlace): PathStep[] {
  let tried = 0;
  let farthest: readonly PathStep[] = [];
  const climb = (way: readonly PathStep[], here: number, unitThere: UnitPlace): boolean => {
    if (way.length > farthest.length) farthest = way;
    const ways = feedsOf(inside, weights, here, unitThere);
    if (ways.length === 0) return true;
    const next = ways.flatMap(({ call: to, how, units }) => {
      const alive = units.filter(({ product, value }) => value !== 0 && (!isSum(how) || product !== 0));
      // Negative numbers mostly end at the next rectifier.
      const going = [...alive.filter(({ value }) => value > 0), ...alive.filter(({ value }) => value < 0)];
      // Of several layers, those first where it is the larger part of what is made.
      return going.slice(0, 4).map((fed) => ({ to, fed, part: Math.abs(fed.product) / (Math.abs(fed.value) + 1e-9) }));
    });
    if (ways.length > 1) next.sort((a, b) => b.part - a.part);
    return next.some(({ to, fed: { row, column, channel, value } }) => {
      const step = { call: to, row, column, channel, value };
      return tried++ < mostTried && climb([...way, step], to, step);
    });
  };
  climb([], call, at);
  return [...farthest];
}
