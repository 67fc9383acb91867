import { elementwise } from './activationFunctions.js';
import type { How, Measured, Rule } from './rules/rule.js';
import { unitRule } from './unitRule.js';
import { indexOf, unitAt, type UnitPlace, type UnitQuestion, type UnitWindow, type Value } from './units.js';

/** One number that a unit is made of. */
export interface Term extends UnitPlace {
  /** Which of the layer's inputs it comes from. */
  readonly input: number;
  readonly value: number;
  /** What it is multiplied with. */
  readonly weight: number;
  readonly product: number;
}

/** How many terms of a sign there are, and what they add up to. */
export interface Share {
  readonly count: number;
  readonly sum: number;
}

/** Where a unit's number comes from. */
export interface UnitEvidence {
  /** Undefined where the layer is none whose numbers are followed here. */
  readonly how: How | undefined;
  /** The strongest terms, by size, strongest first. */
  readonly terms: readonly Term[];
  /** All of them, those in the padding left out. */
  readonly count: number;
  /** Places of the window that lie in the padding, where every product is zero. */
  readonly padded: number;
  readonly positive: Share;
  readonly negative: Share;
  readonly bias: number | undefined;
  /** What the terms make together, before the activation. */
  readonly sum: number;
  /** What is done to it afterwards: `relu`. */
  readonly activation: string | undefined;
  /** The unit's number as it follows from the terms. */
  readonly computed: number;
  /** The unit's number as the engine has it. */
  readonly value: number;
  readonly window: UnitWindow | undefined;
  /** What a layer that normalizes measured around it. */
  readonly measured: Measured | undefined;
}

/** Terms that are told one by one. */
const mostTerms = 120;

/** The numbers that made a unit's, with their weights, and what follows from them. */
export function unitEvidence(question: UnitQuestion, at: UnitPlace): UnitEvidence {
  const { inputs, output } = question;
  const value = output.data[indexOf(output.shape, at)];
  const rule = unitRule(question);
  const none = { count: 0, sum: 0 };
  if (!rule) {
    const nothing = { window: undefined, measured: undefined };
    const empty = { terms: [], count: 0, padded: 0, positive: none, negative: none, bias: undefined };
    return { how: undefined, ...empty, sum: value, activation: undefined, computed: value, value, ...nothing };
  }
  const terms: Term[] = [];
  const shares = { positive: { ...none }, negative: { ...none } };
  rule.each(at, (input, index, weight) => {
    const { shape, data } = inputs[input];
    const product = data[index] * weight;
    if (product !== 0) {
      const share = product > 0 ? shares.positive : shares.negative;
      share.count++;
      share.sum += product;
    }
    terms.push({ input, ...unitAt(shape, index), value: data[index], weight, product });
  });
  terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const sum = joined(rule, inputs, at);
  return {
    how: rule.how,
    terms: rule.how === 'largest' || rule.how === 'smallest' ? byValue(terms, rule.how) : terms.slice(0, mostTerms),
    count: terms.length,
    padded: rule.padded?.(at) ?? 0,
    ...shares,
    bias: rule.bias?.(at),
    sum,
    activation: rule.activation === 'linear' ? undefined : rule.activation,
    computed: activated(rule, inputs, at, output, sum),
    value,
    window: rule.window?.(at),
    measured: rule.measured?.(at),
  };
}

/** What wins comes first. */
function byValue(terms: Term[], how: 'largest' | 'smallest'): Term[] {
  const sign = how === 'largest' ? -1 : 1;
  return terms.sort((a, b) => sign * (a.value - b.value)).slice(0, mostTerms);
}

/** What a rule's terms make together. */
function joined({ how, each, bias }: Rule, inputs: readonly Value[], at: UnitPlace): number {
  let made = how === 'product' || how === 'quotient' ? 1 : 0;
  if (how === 'largest') made = -Infinity;
  if (how === 'smallest') made = Infinity;
  each(at, (input, index, weight) => {
    const value = inputs[input].data[index];
    if (how === 'product' || (how === 'quotient' && input === 0)) made *= value;
    else if (how === 'quotient') made /= value;
    else if (how === 'largest') made = Math.max(made, value);
    else if (how === 'smallest') made = Math.min(made, value);
    else made += value * weight;
  });
  return made + (bias?.(at) ?? 0);
}

function activated(rule: Rule, inputs: readonly Value[], at: UnitPlace, output: Value, sum: number): number {
  const { activation, apply } = rule;
  if (apply) return apply(sum, at);
  if (activation === undefined) return sum;
  if (activation !== 'softmax' && activation !== 'logSoftmax') {
    return elementwise[activation as keyof typeof elementwise]?.(sum) ?? NaN;
  }
  // A share of all powers: the others are summed up, too.
  const rivals = rule.among?.(at) ?? channelsAt(output, at);
  const scores = rivals.map((place) => joined(rule, inputs, place));
  const most = Math.max(...scores);
  const powers = scores.reduce((total, score) => total + Math.exp(score - most), 0);
  const logarithm = sum - most - Math.log(powers);
  return activation === 'softmax' ? Math.exp(logarithm) : logarithm;
}

/** All channels of a unit's place, along the last axis. */
function channelsAt({ shape }: Value, at: UnitPlace): UnitPlace[] {
  const channels = shape.at(-1)!;
  const first = at.channel - (at.channel % channels);
  return Array.from({ length: channels }, (_, i) => ({ ...at, channel: first + i }));
}
