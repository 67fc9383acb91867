import { describe, expect, it } from 'vitest';
import { input, layers } from '../../../layers/index.js';
import { model as functional, sequential, type Model } from '../../../models/index.js';
import type { Metric } from '../../../training/index.js';
import { compileAsSaved } from './compileAsSaved.js';

/** A model compiled as a file says whose optimizer has this learning rate. */
function compiled(learningRate: unknown): Model {
  const model = sequential([layers.dense({ units: 2, inputShape: [3] })]);
  const training = {
    optimizer: { class_name: 'SGD', config: { name: 'SGD', learning_rate: learningRate, momentum: 0.9 } },
    loss: { class_name: 'SparseCategoricalCrossentropy', config: { from_logits: true } },
  };
  compileAsSaved(model, training, []);
  return model;
}

/** What is said to be left out of what `compile` was given. */
function notesOf(training: object, units = [2]): readonly string[] {
  const x = input({ shape: [3] });
  const notes: string[] = [];
  const outputs = units.map((n) => layers.dense({ units: n }).apply(x));
  compileAsSaved(functional({ inputs: [x], outputs }), training, notes);
  return notes;
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

  const adam = (config: object): object => ({
    module: 'keras.optimizers',
    class_name: 'Adam',
    config,
    registered_name: null,
  });
  const loss = (config: object): object => ({ class_name: 'SparseCategoricalCrossentropy', config });

  it('says nothing where everything is taken over', () => {
    const config = {
      ...{
        name: 'adam',
        learning_rate: 0.1,
        weight_decay: null,
        clipnorm: null,
        global_clipnorm: null,
        clipvalue: 0.5,
      },
      ...{ use_ema: false, ema_momentum: 0.99, ema_overwrite_frequency: null, loss_scale_factor: null },
      ...{ gradient_accumulation_steps: null, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false },
    };
    const metrics = [{ class_name: 'MeanMetricWrapper', config: { name: 'accuracy', fn: 'accuracy' } }];
    const rest = { loss_weights: null, weighted_metrics: null, run_eagerly: false, jit_compile: true, metrics };
    const usual = { name: 'x', reduction: 'sum_over_batch_size', from_logits: true, ignore_class: null, axis: -1 };
    expect(notesOf({ optimizer: adam(config), loss: loss(usual), ...rest })).toEqual([]);
    expect(notesOf({})).toEqual([]);
  });

  it.each<[setting: string, training: object]>([
    ['optimizer loss_scale_factor', { optimizer: adam({ loss_scale_factor: 8 }) }],
    ['optimizer decay', { optimizer: adam({ decay: 0.01 }) }],
    [
      'optimizer LossScaleOptimizer',
      { optimizer: { class_name: 'LossScaleOptimizer', config: { inner_optimizer: adam({}) } } },
    ],
    ['loss reduction', { loss: loss({ reduction: 'sum' }) }],
    ['loss ignore_class', { loss: loss({ ignore_class: 0 }) }],
    ['loss axis', { loss: loss({ axis: 1 }) }],
    ['metric FBetaScore', { metrics: [[{ class_name: 'FBetaScore', config: {} }, 'accuracy']] }],
    ['metric F1Score average', { metrics: [{ class_name: 'F1Score', config: { average: null } }] }],
    ['metric accuracy, which stands twice', { metrics: ['accuracy', 'accuracy'] }],
    ['weighted metric acc, counted without weights', { weighted_metrics: ['acc'] }],
    ['loss_weights', { loss_weights: [2, 3] }],
    ['loss delta, which Keras 3 does not write', { loss: { class_name: 'Huber', config: {} } }],
  ])('names as left out: %s', (setting, training) => {
    const notes = notesOf({ optimizer: adam({}), loss: loss({}), ...training });
    expect(notes).toContain(`compile: ${setting}`);
    expect(notes.filter((note) => !/ema_|initial/.test(note))).toHaveLength(1);
  });

  it.each<[why: RegExp, training: object]>([
    [/optimizer Ftrl.*not compiled/, { optimizer: { class_name: 'Ftrl', config: {} } }],
    [/optimizer Mine>Adam/, { optimizer: { ...adam({}), module: null, registered_name: 'Mine>Adam' } }],
    [
      /loss my_loss/,
      { loss: { module: 'builtins', class_name: 'function', config: 'my_loss', registered_name: 'function' } },
    ],
    [
      /loss .*mean_squared_error/,
      {
        loss: { module: 'builtins', class_name: 'function', config: 'mean_squared_error', registered_name: 'function' },
      },
    ],
  ])('says why a model is not compiled: %s', (why, training) => {
    expect(notesOf({ optimizer: adam({}), loss: loss({}), ...training })).toEqual([expect.stringMatching(why)]);
  });

  it.each<[form: string, training: object]>([
    ['a list', { loss: ['mse', loss({})], metrics: [['mae'], ['accuracy']], loss_weights: [1, 0.5] }],
    [
      'names',
      { loss: { a: 'mse', b: loss({}) }, metrics: { a: 'mae', b: ['accuracy'] }, loss_weights: { a: 1, b: 0.5 } },
    ],
  ])('compiles several outputs as %s says', (_, training) => {
    const x = input({ shape: [3] });
    const outputs = ['a', 'b'].map((name) => layers.dense({ units: 2, name }).apply(x));
    const model = functional({ inputs: [x], outputs });
    const notes: string[] = [];
    compileAsSaved(model, { optimizer: adam({}), ...training }, notes);
    expect(notes).toEqual([]);
    const { loss: losses, metrics, lossWeights } = model.compileOptions!;
    expect(Object.values(losses).map((one: { name: string }) => one.name)).toEqual([
      'meanSquaredError',
      'sparseCategoricalCrossentropy',
    ]);
    expect(metrics).toEqual({ a: ['mae'], b: ['accuracy'] });
    expect(lossWeights).toEqual({ a: 1, b: 0.5 });
  });

  it('says so where losses are for other outputs', () => {
    expect(notesOf({ optimizer: adam({}), loss: { left: 'mse', right: 'mse' } }, [2, 3])).toEqual([
      expect.stringMatching(/other outputs than .*not compiled/),
    ]);
  });

  it('takes over how much each label counts in an area', () => {
    const model = sequential([layers.dense({ units: 2, inputShape: [3] })]);
    const area = { class_name: 'AUC', config: { multi_label: true, num_labels: 2, label_weights: [1, 2] } };
    compileAsSaved(model, { optimizer: adam({}), loss: loss({}), metrics: [area] }, []);
    const [metric] = model.compileOptions!.metrics as Metric[];
    expect(metric.config!()).toEqual({ multiLabel: true, labelWeights: [1, 2] });
  });
});
