import { expectOptions, optionsFrom, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { isWholes, shown } from '../tensor/check.js';
import { StriateError, type Shape } from '../tensor/index.js';
import type { SymbolicTensor } from './layer.js';

/** Options of `input`. */
export interface InputOptions {
  /** Without the batch: [H, W, C]. */
  readonly shape: Shape;
  /** What feeds call it; the model chooses one where it is left out. */
  readonly name?: string;
}

const accepts = {
  where: 'input',
  first: ['shape'],
  kinds: { shape: 'list', name: 'string' },
} as const satisfies AcceptedOptions<InputOptions>;

/**
 * The start of a functional model (Keras's Input).
 *
 * @throws StriateError when the shape is not a list of whole numbers from 1.
 *
 * @example
 * const x = input({ shape: [28, 28, 1] });
 * const y = layers.dense({ units: 10 }).apply(layers.flatten().apply(x));
 */
export function input(given: InputOptions | Shape): SymbolicTensor {
  const options = optionsFrom<InputOptions>(accepts, [given]);
  const { shape, name = '' } = expectOptions<InputOptions>(accepts, options, options.name);
  if (!isWholes(shape)) {
    throw new StriateError({
      where: `input${name && ` '${name}'`}`,
      rule: 'shape must be a list of whole numbers from 1, without the batch',
      received: shown(shape),
    });
  }
  return { shape: [...shape], source: undefined, name };
}
