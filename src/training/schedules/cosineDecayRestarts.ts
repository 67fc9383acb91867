import { expectAtLeast, expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** Options of cosineDecayRestarts. */
export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps of the first decay. */
  readonly firstDecaySteps: number;
  /** How many times longer each decay is than the one before, 1 or more; 2 by default. */
  readonly tMul?: number;
  /** The rate at each restart as a part of that at the one before; 1 by default. */
  readonly mMul?: number;
  /** The lowest rate as a part of the first; 0 by default. */
  readonly alpha?: number;
}

/**
 * Half a cosine from the first rate down, again and again (Keras's CosineDecayRestarts; Loshchilov and Hutter 2017, «SGDR:
 * Stochastic Gradient Descent with Warm Restarts»).
 */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  const { initialLearningRate, firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options;
  expectPositive('cosineDecayRestarts', 'initialLearningRate', initialLearningRate);
  expectPositive('cosineDecayRestarts', 'firstDecaySteps', firstDecaySteps);
  expectAtLeast('cosineDecayRestarts', 'tMul', tMul, 1);
  expectPositive('cosineDecayRestarts', 'mMul', mMul);
  return makeSchedule('cosineDecayRestarts', options, (step) => {
    let restarts = 0;
    let length = firstDecaySteps;
    let into = step;
    if (tMul === 1) {
      restarts = Math.floor(step / length);
      into = step - restarts * length;
    } else {
      // Added up and not computed by logarithms, whose rounding would put a restart a whole decay off.
      for (; into >= length; restarts++) {
        into -= length;
        length *= tMul;
      }
    }
    const cosine = 0.5 * mMul ** restarts * (1 + Math.cos((Math.PI * into) / length));
    return initialLearningRate * ((1 - alpha) * cosine + alpha);
  });
}
