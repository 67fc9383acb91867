import { number, pair } from './optionChecks.js';
import type { AugmentationOptions } from './augmentationOptions.js';
import type { StepKind } from './augmentationStep.js';

/** Keras's changes of colour. */
export type KerasColourOptions = Pick<AugmentationOptions, 'channelShiftRange' | 'brightnessRange'>;

/** Channel shift and brightness as Keras has them. */
export const kerasColours: StepKind<KerasColourOptions> = {
  checks: {
    channelShiftRange: number(0, Infinity, 'at least 0'),
    brightnessRange: pair(0, Infinity, 'the smallest and the largest factor, such as [0.8, 1.2]'),
  },
  draw({ channelShiftRange = 0, brightnessRange }, _frame, _target, random) {
    const shift = channelShiftRange > 0 ? random.uniform(-channelShiftRange, channelShiftRange) : 0;
    const factor = brightnessRange && random.uniform(...brightnessRange);
    if (channelShiftRange <= 0 && !brightnessRange) return {};
    return { values: (data, begin, end, gain) => applyKerasColours(data, begin, end, shift, factor, gain) };
  },
};

/**
 * Keras's channel shift and brightness in one pass, in place: all values plus `shift`, clipped to the picture's own range;
 * then times `factor`, clipped to 0–255; then times `gain`.
 *
 * @param factor undefined also omits the clipping
 */
export function applyKerasColours(
  data: Float32Array,
  begin: number,
  end: number,
  shift: number,
  factor: number | undefined,
  gain: number,
): void {
  let low = -Infinity;
  let high = Infinity;
  if (shift !== 0) {
    low = high = data[begin];
    for (let at = begin + 1; at < end; at++) {
      const value = data[at];
      if (value < low) low = value;
      else if (value > high) high = value;
    }
  }
  // Both clips are one: the factor is not negative.
  const times = factor ?? 1;
  const least = factor === undefined ? low : Math.min(255, Math.max(0, low * times));
  const most = factor === undefined ? high : Math.min(255, Math.max(0, high * times));
  const scale = times * gain;
  const offset = shift * scale;
  const floor = least * gain;
  const ceiling = most * gain;
  for (let at = begin; at < end; at++) {
    const value = data[at] * scale + offset;
    data[at] = value < floor ? floor : value > ceiling ? ceiling : value;
  }
}
