import { describe, expect, it } from 'vitest';
import { scheduleFromConfig, schedules, type Schedule } from './schedules.js';

function expectRates(schedule: Schedule, rates: Readonly<Record<number, number>>): void {
  for (const [step, rate] of Object.entries(rates)) {
    // Formulas in float64: what remains is rounding.
    expect(Math.abs(schedule(Number(step)) / rate - 1), `step ${step}`).toBeLessThan(1e-9);
  }
}

describe('schedules.oneCycle', () => {
  // The numbers are those of torch.optim.lr_scheduler.OneCycleLR (PyTorch 1.13).
  it('has the values of OneCycleLR', () => {
    expectRates(schedules.oneCycle({ maxLearningRate: 3e-3, totalSteps: 1000 }), {
      0: 0.00012,
      1: 0.00012007948512650314,
      150: 0.0015675650043676405,
      299: 0.003,
      300: 0.0029999848935484343,
      700: 0.0011596661446210525,
      998: 2.7106451566109877e-8,
      999: 1.2e-8,
    });
  });

  it('rises and falls in straight lines', () => {
    const schedule = schedules.oneCycle({
      maxLearningRate: 0.1,
      totalSteps: 10,
      annealing: 'linear',
      pctStart: 0.25,
      divFactor: 10,
      finalDivFactor: 100,
    });
    // The top lies between two steps.
    expectRates(schedule, { 0: 0.01, 1: 0.07, 2: 0.09334, 3: 0.08002, 8: 0.01342, 9: 0.0001 });
  });

  it('falls in two phases where asked to', () => {
    expectRates(schedules.oneCycle({ maxLearningRate: 1, totalSteps: 12, threePhase: true }), {
      0: 0.04,
      1: 0.3497896542195831,
      2: 0.8792851591221287,
      4: 0.4621423934774446,
      5: 0.05394792763549498,
      6: 0.0381516932425798,
      10: 0.0028665701910005545,
      11: 4e-6,
    });
  });

  it('is defined at its edges, and holds the last rate', () => {
    const schedule = schedules.oneCycle({ maxLearningRate: 1, totalSteps: 10, pctStart: 0.1 });
    expect(schedule(0)).toBe(1);
    expectRates(schedule, { 9: 4e-6, 10: 4e-6, 500: 4e-6 });
    for (const pctStart of [0, 0.05, 1]) {
      const rates = Array.from({ length: 12 }, (_, step) =>
        schedules.oneCycle({ maxLearningRate: 1, totalSteps: 10, pctStart })(step),
      );
      expect(rates.every((rate) => rate > 0 && rate <= 1)).toBe(true);
    }
    expectRates(schedules.oneCycle({ maxLearningRate: 1, totalSteps: 1 }), { 0: 4e-6 });
  });

  it('says what is wrong with its options', () => {
    const good = { maxLearningRate: 1, totalSteps: 10 };
    expect(() => schedules.oneCycle({ ...good, maxLearningRate: 0 })).toThrow(/maxLearningRate must be .* above 0/);
    expect(() => schedules.oneCycle({ ...good, totalSteps: 2.5 })).toThrow(/whole number from 1; received 2.5/);
    expect(() => schedules.oneCycle({ ...good, pctStart: 1.2 })).toThrow(
      /pctStart must be a number from 0 to 1; received 1.2/,
    );
    expect(() => schedules.oneCycle({ ...good, annealing: 'cos' as 'cosine' })).toThrow(/linear or cosine.*cos$/);
  });
});

describe("schedules of Keras's", () => {
  it('restart the cosine', () => {
    const doubled = schedules.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 4 });
    // torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(T_0=4, T_mult=2) agrees with Keras's formula.
    expectRates(doubled, {
      0: 0.1,
      1: 0.08535533905932738,
      3: 0.014644660940672627,
      4: 0.1,
      5: 0.09619397662556434,
      11: 0.0038060233744356634,
      12: 0.1,
      27: 0.0009607359798384785,
      28: 0.1,
      29: 0.09975923633360985,
    });
    const options = { initialLearningRate: 1, firstDecaySteps: 10, tMul: 1, mMul: 0.5, alpha: 0.2 };
    expectRates(schedules.cosineDecayRestarts(options), { 0: 1, 5: 0.6, 10: 0.6, 15: 0.4, 20: 0.4 });
    // A restart is at the top whatever rounding makes of 10 · (1 + 1.1 + 1.21).
    const slow = schedules.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 10, tMul: 1.1 });
    expect(slow(34)).toBeGreaterThan(0.98);
    expect(() => schedules.cosineDecayRestarts({ ...options, tMul: 0.5 })).toThrow(/tMul .* from 1; received 0.5/);
  });

  it('decay by a power of what is left', () => {
    const options = { initialLearningRate: 0.1, decaySteps: 5, endLearningRate: 0, power: 2 };
    const schedule = schedules.polynomialDecay(options);
    expectRates(schedule, { 0: 0.1, 1: 0.064, 2: 0.036, 3: 0.016, 4: 0.004 });
    expect([schedule(5), schedule(9)]).toEqual([0, 0]);
    const cycled = schedules.polynomialDecay({ initialLearningRate: 1, decaySteps: 10, cycle: true });
    // After the first ten steps the line is one over twenty.
    expectRates(cycled, { 0: 1, 5: 0.50005, 10: 0.0001, 15: 0.250075, 20: 0.0001 });
  });

  it('decay by the inverse of time', () => {
    const options = { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 };
    expectRates(schedules.inverseTimeDecay(options), { 0: 0.1, 10: 0.1 / 1.5, 15: 0.1 / 1.75 });
    expectRates(schedules.inverseTimeDecay({ ...options, staircase: true }), { 9: 0.1, 19: 0.1 / 1.5 });
  });

  it('begin with a warm-up where asked to', () => {
    const then = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 });
    const schedule = schedules.linearWarmup({ warmupSteps: 4, then, initialLearningRate: 0.02 });
    expectRates(schedule, { 0: 0.02, 2: 0.06, 4: 0.1, 14: 0.05 });
    const constant = schedules.linearWarmup({ warmupSteps: 2, then: 0.5 });
    expect([0, 1, 2, 9].map(constant)).toEqual([0, 0.25, 0.5, 0.5]);
    // A function of the user's own cannot be saved, and says so by having no config.
    expect(schedules.linearWarmup({ warmupSteps: 2, then: (step) => 1 / (step + 1) }).config).toBeUndefined();
  });
});

describe('scheduleFromConfig', () => {
  const then = schedules.oneCycle({ maxLearningRate: 0.3, totalSteps: 20, annealing: 'linear' });
  const made: Readonly<Record<keyof typeof schedules, Schedule>> = {
    constant: schedules.constant(0.3),
    exponentialDecay: schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 }),
    inverseTimeDecay: schedules.inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 }),
    polynomialDecay: schedules.polynomialDecay({ initialLearningRate: 0.1, decaySteps: 10, power: 3 }),
    cosineDecay: schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 10, alpha: 0.1 }),
    cosineDecayRestarts: schedules.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 3, mMul: 0.9 }),
    piecewise: schedules.piecewise({ boundaries: [2, 5], values: [3, 2, 1] }),
    oneCycle: then,
    linearWarmup: schedules.linearWarmup({ warmupSteps: 4, then }),
  };

  it.each(Object.entries(made))('makes %s again', (name, schedule) => {
    const config = JSON.parse(JSON.stringify(schedule.config)) as NonNullable<Schedule['config']>;
    expect(config.name).toBe(name);
    const again = scheduleFromConfig(config)!;
    for (let step = 0; step < 30; step++) expect(again(step)).toBe(schedule(step));
    expect(again.config).toEqual(schedule.config);
  });

  it('knows no others', () => {
    expect(scheduleFromConfig({ name: 'toString', options: {} })).toBeUndefined();
    const unknown = {
      name: 'linearWarmup',
      options: { warmupSteps: 4, then: { schedule: { name: 'x', options: {} } } },
    };
    expect(scheduleFromConfig(unknown)).toBeUndefined();
  });
});
