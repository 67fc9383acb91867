import { describe, expect, it } from 'vitest';
import { expectOptions, type AcceptedOptions } from '../../src/tensor/acceptedOptions.js';

interface Options {
  readonly size?: number | readonly [number, number];
  readonly name?: string;
  readonly weights?: string | null;
}

type Table = AcceptedOptions<Options>['kinds'];

describe('a table of options that is not that of its type does not compile', () => {
  // The type checker is the test: an expected error that does not come is one.
  const tables = {
    // @ts-expect-error an option is missing
    missing: { size: 'number or list', name: 'string' } satisfies Table,
    // @ts-expect-error there is no such option
    unknown: { size: 'number or list', name: 'string', weights: 'string or null', other: 'string' } satisfies Table,
    // @ts-expect-error a list will do, too
    incomplete: { size: 'number', name: 'string', weights: 'string or null' } satisfies Table,
    // @ts-expect-error what can be said is said
    vague: { size: 'number or list', name: 'other', weights: 'string or null' } satisfies Table,
    // @ts-expect-error of objects, too
    vagueObject: { size: 'number or list', target: 'other' } satisfies AcceptedOptions<{
      size: Options['size'];
      target: object | null;
    }>['kinds'],
    // @ts-expect-error a type that says nothing has no row at all
    anything: { target: 'object' } satisfies AcceptedOptions<{ target: unknown }>['kinds'],
  };

  it('in any of these ways', () => {
    expect(Object.keys(tables)).toHaveLength(6);
  });
});

describe('a value of several kinds', () => {
  const kinds = { size: 'number or list', name: 'string', weights: 'string or null' } as const satisfies Table;
  const take = (options: object): object => expectOptions({ where: 'take', kinds }, options);

  it('may be of each of them', () => {
    for (const size of [3, [3, 4], Float32Array.of(3, 4), undefined]) expect(take({ size })).toEqual({ size });
    expect(take({ weights: null })).toEqual({ weights: null });
  });

  it('may have a length that it refuses to tell, as data sets do', () => {
    const size = Object.defineProperty({}, 'length', {
      get: () => {
        throw new Error("there is no 'length'");
      },
    });
    expect(expectOptions({ where: 'take', kinds: { size: 'list or object' } }, { size }).size).toBe(size);
  });

  it('and of no other', () => {
    expect(() => take({ size: 'large' })).toThrow("take: size must be a number or a list; received 'large'");
    expect(() => take({ size: null })).toThrow('size must be a number or a list; received null; leave it out');
    expect(() => take({ weights: 3 })).toThrow('weights must be a string or null; received 3');
    expect(() => take({ name: { a: 1 } })).toThrow('name must be a string; received {"a":1}');
  });
});

describe('names of other libraries', () => {
  const take = (known: readonly string[], given: string): (() => unknown) => {
    return () =>
      expectOptions(
        { where: 'take', kinds: Object.fromEntries(known.map((name) => [name, 'number'])) },
        { [given]: 1 },
      );
  };

  it.each([
    ['image_size', 'size'],
    ['target_size', 'size'],
    ['color_mode', 'channels'],
    ['top_k', 'top'],
    ['num_classes', 'classes'],
    ['batch_size', 'batchSize'],
    ['validation_split', 'validationSplit'],
    ['class_names', 'classNames'],
    ['include_optimizer', 'optimizer'],
    ['opset_version', 'opset'],
    ['pretrained', 'weights'],
    ['custom_objects', 'customLayers'],
    ['n_neighbors', 'k'],
    ['image_mean', 'mean'],
  ])('%s is %s', (given, here) => {
    expect(take(['other', here], given)).toThrow(
      `there is no option '${given}'; write ${here}; the options are other, ${here}`,
    );
  });
});
