import { describe, expect, test } from 'vitest';
import type { Operator, Value } from '../graph/index.js';
import { adam } from './adam.js';
import { applyOperator, valueOf } from './applyOperator.js';
import { assign } from './assign.js';
import { movingAverage } from './movingAverage.js';
import { rmsprop, rmspropMomentum } from './rmsprop.js';
import { sgd, sgdMomentum } from './sgd.js';

const scalar = (value: number): Value => valueOf([value], []);

/** Runs an optimizer with learning rate 0.1 from variable 1 and empty slots; gives the variable after each gradient. */
function trace<A>(operator: Operator<A>, slots: number, attributes: A, gradients: readonly number[]): number[] {
  const variable = valueOf([1]);
  const kept = Array.from({ length: slots }, () => valueOf([0]));
  return gradients.map((gradient, i) => {
    const step = operator.name === 'adam' ? [scalar(i + 1)] : [];
    const inputs = [variable, valueOf([gradient]), ...kept, scalar(0.1), ...step];
    applyOperator(operator, inputs, attributes, step.length > 0 ? [inputs.length - 1] : []);
    return variable.data[0];
  });
}

function expectClose(received: readonly number[], expected: readonly number[]): void {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
}

describe('two steps worked by hand', () => {
  test('sgd', () => {
    expectClose(trace(sgd, 0, { weightDecay: 0 }, [0.5, 1]), [0.95, 0.85]);
  });

  test('sgd with weight decay: 1 % is taken off first', () => {
    expectClose(trace(sgd, 0, { weightDecay: 0.1 }, [0.5, 1]), [0.99 - 0.05, 0.99 * 0.94 - 0.1]);
  });

  test('momentum: velocities −0.05 and −0.145', () => {
    const attributes = { momentum: 0.9, nesterov: false, weightDecay: 0 };
    expectClose(trace(sgdMomentum, 1, attributes, [0.5, 1]), [0.95, 0.805]);
  });

  test('Nesterov momentum: the same velocities, one look further', () => {
    const attributes = { momentum: 0.9, nesterov: true, weightDecay: 0 };
    expectClose(trace(sgdMomentum, 1, attributes, [0.5, 1]), [1 - 0.045 - 0.05, 0.905 - 0.1305 - 0.1]);
  });

  test('momentum without the learning rate in it: velocities −0.5 and −1.45', () => {
    const attributes = { momentum: 0.9, nesterov: false, rateOutside: true, weightDecay: 0 };
    expectClose(trace(sgdMomentum, 1, attributes, [0.5, 1]), [0.95, 0.805]);
    const ahead = { ...attributes, nesterov: true };
    expectClose(trace(sgdMomentum, 1, ahead, [0.5, 1]), [1 - 0.1 * 0.95, 0.905 - 0.1 * (1.305 + 1)]);
  });

  test('adam: without epsilon, learningRate · m̂ / √v̂', () => {
    const attributes = { beta1: 0.5, beta2: 0.75, epsilon: 0, weightDecay: 0 };
    // Step 2: m = −0.375 and m̂ = −0.5; v = 0.296875 and v̂ = 0.296875 / 0.4375 = 19 / 28.
    expectClose(trace(adam, 2, attributes, [0.5, -1]), [0.9, 0.9 + 0.05 * Math.sqrt(28 / 19)]);
  });

  test('adam: epsilon is added to √v, before its bias is mended, as in Keras', () => {
    const attributes = { beta1: 0.5, beta2: 0.75, epsilon: 0.25, weightDecay: 0 };
    // m = 0.25, √v = 0.25, alpha = 0.1: the step is 0.1 · 0.25 / (0.25 + 0.25).
    expectClose(trace(adam, 2, attributes, [0.5]), [0.95]);
  });

  test('adam: epsilon is added to √v̂, as in PyTorch, where that is asked for', () => {
    const attributes = { beta1: 0.5, beta2: 0.75, epsilon: 0.25, epsilonAfterCorrection: true, weightDecay: 0 };
    // m̂ = 0.5, √v̂ = 0.5: the step is 0.1 · 0.5 / (0.5 + 0.25).
    expectClose(trace(adam, 2, attributes, [0.5]), [1 - 0.05 / 0.75]);
  });

  test('adamw: the weight decay does not go through the moments', () => {
    const attributes = { beta1: 0.5, beta2: 0.75, epsilon: 0, weightDecay: 0.1 };
    expectClose(trace(adam, 2, attributes, [0.5]), [0.99 - 0.1]);
  });

  test('rmsprop: mean squares 0.1 and 0.49, epsilon under the root', () => {
    const attributes = { rho: 0.9, epsilon: 0.15, weightDecay: 0 };
    expectClose(trace(rmsprop, 1, attributes, [1, 2]), [1 - 0.1 / 0.5, 0.8 - 0.2 / 0.8]);
  });

  test('rmsprop: epsilon beside the root, and velocities without the learning rate, where they are asked for', () => {
    const beside = { rho: 0.75, epsilon: 0.5, epsilonOutside: true, weightDecay: 0 };
    expectClose(trace(rmsprop, 1, beside, [1]), [1 - 0.1]);
    const outside = { ...beside, momentum: 0.5, rateOutside: true };
    // Mean squares 0.25 and 0.4375; velocities 1 and 0.5 + 1 / (√0.4375 + 0.5).
    const second = 0.5 + 1 / (Math.sqrt(0.4375) + 0.5);
    expectClose(trace(rmspropMomentum, 2, outside, [1, 1]), [0.9, 0.9 - 0.1 * second]);
  });

  test('rmsprop with momentum: velocities 0.2 and 0.35', () => {
    const attributes = { rho: 0.9, epsilon: 0.15, momentum: 0.5, weightDecay: 0 };
    expectClose(trace(rmspropMomentum, 2, attributes, [1, 2]), [0.8, 0.45]);
  });
});

test('a moving average goes the rest of the way towards the value', () => {
  const variable = valueOf([1, 2]);
  applyOperator(movingAverage, [variable, valueOf([2, 0])], { momentum: 0.75 });
  expect([...variable.data]).toEqual([1.25, 1.5]);
});

test('assign copies', () => {
  const variable = valueOf([1, 2]);
  const value = valueOf([3, 4]);
  applyOperator(assign, [variable, value], {});
  value.data[0] = 9;
  expect([...variable.data]).toEqual([3, 4]);
});

const decay = { weightDecay: 0.01 };
const three = (...values: number[]): Value => valueOf(values);
const effects: [name: string, run: (inputs: Value[]) => Value, inputs: Value[], mutates: readonly number[]][] = [
  effect(sgd, decay, [three(1, 2, 3), three(4, 5, 6), scalar(0.1)]),
  effect(sgdMomentum, { momentum: 0.9, nesterov: true, ...decay }, [
    three(1, 2, 3),
    three(4, 5, 6),
    three(1, 1, 1),
    scalar(0.1),
  ]),
  effect(
    adam,
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, ...decay },
    [three(1, 2, 3), three(4, 5, 6), three(1, 1, 1), three(2, 2, 2), scalar(0.1), scalar(1)],
    [5],
  ),
  effect(rmsprop, { rho: 0.9, epsilon: 1e-7, ...decay }, [three(1, 2, 3), three(4, 5, 6), three(1, 1, 1), scalar(0.1)]),
  effect(rmspropMomentum, { rho: 0.9, epsilon: 1e-7, momentum: 0.9, ...decay }, [
    three(1, 2, 3),
    three(4, 5, 6),
    three(1, 1, 1),
    three(2, 2, 2),
    scalar(0.1),
  ]),
  effect(movingAverage, { momentum: 0.9 }, [three(1, 2, 3), three(4, 5, 6)]),
  effect(assign, {}, [three(1, 2, 3), three(4, 5, 6)]),
];

function effect<A>(
  operator: Operator<A>,
  attributes: A,
  inputs: Value[],
  int32: number[] = [],
): (typeof effects)[number] {
  const run = (given: Value[]): Value => applyOperator(operator, given, attributes, int32);
  return [operator.name, run, inputs, operator.mutates ?? []];
}

describe.each(effects)('%s', (_, run, inputs, mutates) => {
  const copies = (): Value[] => inputs.map(({ shape, data }) => ({ shape, data: data.slice() }));

  test('has no output and changes exactly the inputs it says it mutates', () => {
    const given = copies();
    expect(run(given).shape).toEqual([0]);
    given.forEach((value, i) => {
      const changed = value.data.map((number, j) => (number === inputs[i].data[j] ? 0 : 1));
      expect([i, ...changed]).toEqual([i, ...changed.map(() => (mutates.includes(i) ? 1 : 0))]);
    });
  });

  test('refuses a gradient or value of another shape', () => {
    const given = copies();
    given[1] = valueOf([1, 2]);
    expect(() => run(given)).toThrow(/the (gradient|value) must have shape \[3\]; received \[2\]/);
  });
});

test('numbers that make no sense are refused', () => {
  const inputs = [valueOf([1]), valueOf([1]), valueOf([1]), scalar(0.1)];
  const momentum = { momentum: 1, nesterov: false, weightDecay: 0 };
  expect(() => applyOperator(sgdMomentum, inputs, momentum)).toThrow(
    'sgdMomentum: momentum must be a number from 0 and below 1; received 1',
  );
  expect(() => applyOperator(sgd, [inputs[0], inputs[1], inputs[3]], { weightDecay: -1 })).toThrow(
    'sgd: weightDecay must be a number from 0; received -1',
  );
  expect(() => applyOperator(sgd, [inputs[0], inputs[1], inputs[2]], { weightDecay: 0 })).toThrow(
    'sgd: the learning rate must have shape []; received [1]',
  );
});
