import { describe, expect, it } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential, type Model } from '../../models/index.js';
import { compileAsSaved } from './kerasTraining.js';

/** A model compiled as a file says whose optimizer has this learning rate. */
function compiled(learningRate: unknown): Model {
  const model = sequential([layers.dense({ units: 2, inputShape: [3] })]);
  compileAsSaved(model, {
    optimizer: { class_name: 'SGD', config: { name: 'SGD', learning_rate: learningRate, momentum: 0.9 } },
    loss: { class_name: 'SparseCategoricalCrossentropy', config: { from_logits: true } },
  });
  return model;
}

describe('compileAsSaved', () => {
  // As Keras 3 writes its schedules, with the rate after so many steps by the formulas of its documentation.
  it.each<[name: string, config: object, step: number, rate: number]>([
    ['CosineDecay', { initial_learning_rate: 0, decay_steps: 100, warmup_target: 0.2, warmup_steps: 10 }, 60, 0.1],
    ['CosineDecay', { initial_learning_rate: 0.1, decay_steps: 100, alpha: 0.5, warmup_target: null }, 50, 0.075],
    ['CosineDecayRestarts', { initial_learning_rate: 0.1, first_decay_steps: 10, t_mul: 2, m_mul: 0.5 }, 10, 0.05],
    ['ExponentialDecay', { initial_learning_rate: 0.1, decay_steps: 9, decay_rate: 0.5, staircase: true }, 26, 0.025],
    ['InverseTimeDecay', { initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 1, staircase: false }, 10, 0.05],
    ['PiecewiseConstantDecay', { boundaries: [10, 20], values: [0.3, 0.2, 0.1] }, 15, 0.2],
    ['PolynomialDecay', { initial_learning_rate: 0.1, decay_steps: 10, end_learning_rate: 0, power: 2 }, 5, 0.025],
  ])('takes over %s', (name, config, step, rate) => {
    const { optimizer } = compiled({ class_name: name, config: { ...config, name } });
    expect(optimizer!.scheduled).toBe(true);
    optimizer!.iterations = step;
    expect(optimizer!.learningRate).toBeCloseTo(rate, 12);
  });

  it('leaves a model uncompiled whose schedule is none of Keras’s', () => {
    expect(compiled(0.05).optimizer!.learningRate).toBe(0.05);
    expect(compiled({ class_name: 'MySchedule', config: {} }).optimizer).toBeUndefined();
    expect(compiled({ class_name: 'CosineDecay', config: { decay_steps: 0 } }).optimizer).toBeUndefined();
  });
});
