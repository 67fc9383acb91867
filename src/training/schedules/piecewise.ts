import { StriateError } from '../../tensor/index.js';
import { makeSchedule, type Schedule } from './schedule.js';

/** Options of piecewise. */
export interface PiecewiseOptions {
  /** Steps up to and including which `values[i]` holds, ascending. */
  readonly boundaries: readonly number[];
  /** One more than there are boundaries. */
  readonly values: readonly number[];
}

/** `values[i]` up to `boundaries[i]`, the last value afterwards (Keras's PiecewiseConstantDecay). */
export function piecewise(options: PiecewiseOptions): Schedule {
  const { boundaries, values } = options;
  if (values.length !== boundaries.length + 1) {
    throw new StriateError({
      where: "schedule 'piecewise'",
      rule: 'needs one more value than boundaries',
      received: `${values.length} values and ${boundaries.length} boundaries`,
    });
  }
  if (boundaries.some((boundary, i) => i > 0 && boundary <= boundaries[i - 1])) {
    throw new StriateError({
      where: "schedule 'piecewise'",
      rule: 'boundaries must ascend',
      received: boundaries.join(', '),
    });
  }
  return makeSchedule('piecewise', options, (step) => {
    const index = boundaries.findIndex((boundary) => step <= boundary);
    return values[index === -1 ? boundaries.length : index];
  });
}
