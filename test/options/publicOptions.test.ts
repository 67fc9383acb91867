import { describe, expect, it } from 'vitest';
import { StriateError } from '../../src/index.node.js';
import { attempts } from './attempts.js';
import { callOf } from './calls.js';
import { publicTakers, type PublicTaker } from './publicOptions.js';
import { members, things } from './things.js';

const takers = publicTakers(new Set(Object.keys(things))).filter(({ name }) => !Object.hasOwn(members, name));

/** The error that a call with options ends in; undefined where it does not. */
async function errorOf(taker: PublicTaker, options: object): Promise<unknown> {
  try {
    const result = await callOf(taker.name, taker.type)(options);
    const isGenerator = typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
    if (isGenerator) await (result as AsyncGenerator).next();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('whatever takes options', () => {
  it('is found in the types of what is public', () => {
    const names = takers.map(({ name }) => name);
    for (const name of [
      'imageFolder',
      'Model.fit',
      'layers.conv2d',
      'new EarlyStopping',
      'classifyBatches',
      'zoo.create',
    ]) {
      expect(names).toContain(name);
    }
    expect(takers.length).toBeGreaterThan(300);
  });

  it.each(takers.map((taker) => [`${taker.name}, ${taker.type}`, taker] as const))('%s', async (_, taker) => {
    for (const { options, says } of attempts(taker.options)) {
      const error = await errorOf(taker, options);
      const told = `${taker.name}(${JSON.stringify(options, shownFunctions)})`;
      expect(error, `${told} is taken`).toBeInstanceOf(Error);
      expect(error, `${told}: ${String(error)}`).toBeInstanceOf(StriateError);
      for (const text of says) expect((error as StriateError).message, told).toContain(text);
    }
  });
});

function shownFunctions(_: string, value: unknown): unknown {
  return typeof value === 'function' ? 'a function' : value;
}
