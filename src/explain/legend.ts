import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import type { Explanation } from './explanation.js';
import { heatScale } from './heatScale.js';
import type { CanvasPicture } from './toPicture.js';

/** Options of `legend`. */
export interface LegendOptions {
  /** Pixels of the bar; 256 × 12 by default. */
  readonly width?: number;
  readonly height?: number;
  /** The number that gets the full colour, as given to `overlay`. */
  readonly limit?: number;
}

/** A number on a legend's bar. */
export interface LegendTick {
  /** Where it stands, from 0 at the left end to 1 at the right. */
  readonly at: number;
  readonly value: number;
  /** The number in three digits; `≥ 0.12` at an end beyond which numbers have the same colour. */
  readonly text: string;
}

/** Which colour of an overlay is which number. */
export interface Legend {
  /** All colours, the lowest number at the left. */
  readonly bar: CanvasPicture;
  readonly ticks: readonly LegendTick[];
}

const accepts = {
  where: 'legend',
  kinds: { width: 'number', height: 'number', limit: 'number' },
} satisfies AcceptedOptions<LegendOptions>;

/**
 * The legend of an explanation's overlay: a bar of its colours, with numbers at its ends and at zero.
 *
 * @throws StriateError when an option is out of its range.
 *
 * @example
 * const { bar, ticks } = legend(await explain(squeezenet, 'elephants.jpg'), { width: 200 });
 * for (const { at, text } of ticks) console.log(Math.round(at * bar.width), text);
 */
export function legend(explanation: Explanation, options: LegendOptions = {}): Legend {
  const { width = 256, height = 12, limit: given } = expectOptions(accepts, options);
  expectWhole('legend', 'width', width, 2);
  expectWhole('legend', 'height', height);
  const { limit, clipped, signed, colour } = heatScale(explanation, explanation.heat(), given);
  const lowest = signed ? -limit : 0;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let x = 0; x < width; x++) {
    const pixel = [...colour(lowest + ((limit - lowest) * x) / (width - 1)), 255];
    for (let y = 0; y < height; y++) data.set(pixel, 4 * (y * width + x));
  }
  const text = String(Number(limit.toPrecision(3)));
  const ends = clipped ? { below: `≤ −${text}`, above: `≥ ${text}` } : { below: `−${text}`, above: text };
  const ticks: LegendTick[] = [{ at: signed ? 0.5 : 0, value: 0, text: '0' }];
  if (limit > 0) ticks.push({ at: 1, value: limit, text: ends.above });
  if (limit > 0 && signed) ticks.unshift({ at: 0, value: -limit, text: ends.below });
  return { bar: { width, height, data }, ticks };
}
