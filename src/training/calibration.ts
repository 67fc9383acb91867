import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { CalibrationSums, type Calibration } from './calibrationSums.js';
import { labelledProbabilities, type Labels, type Probabilities } from './labelledProbabilities.js';

/** Options of `calibration`. */
export interface CalibrationOptions {
  /** Into how many bins of equal width confidences from 0 to 1 are divided; 15 by default, as in Guo et al. */
  readonly bins?: number;
}

const accepts = {
  where: 'calibration',
  kinds: { bins: 'number' },
} as const satisfies AcceptedOptions<CalibrationOptions>;

/**
 * Compares how sure a model is with how often it is right: of the examples that it gives 80 % to, 80 % should be right. The
 * confidence is the largest probability; bins, the expected and the maximum calibration error are those of Guo et al. 2017, the
 * Brier score is Brier's own (1950), a sum over the classes: with two classes twice the one that counts the second class alone.
 *
 * @param probabilities [N, classes], or [N] of the second of two classes
 * @throws StriateError when labels and probabilities do not fit each other.
 *
 * @example
 * const { expectedCalibrationError } = calibration([0, 1, 1, 0], [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]], { bins: 5 });
 */
export function calibration(
  labels: Labels,
  probabilities: Probabilities,
  options: CalibrationOptions = {},
): Calibration {
  const { where } = accepts;
  expectOptions(accepts, options);
  const number = expectWhole(where, 'bins', options.bins ?? 15);
  const given = labelledProbabilities(where, labels, probabilities);
  const { count, classes, probabilities: rows } = given;
  const sums = new CalibrationSums(number);
  for (let i = 0; i < count; i++) sums.add(rows.subarray(i * classes, (i + 1) * classes), given.labels[i]);
  return sums.result();
}
