import { describe, expect, it } from 'vitest';
import { tinyModel } from '../../test/fixtures/tinyModels.js';
import { StriateError } from '../tensor/index.js';
import { decodeSafetensors, encodeSafetensors } from '../tensor/safetensors.js';
import { modelFromBytes } from './load.js';

/** The file of a tiny model with one of its JSON texts changed. */
async function changed(key: string, change: (value: never) => unknown): Promise<Uint8Array> {
  const { tensors, metadata } = decodeSafetensors(await tinyModel().toBytes({ optimizer: true }));
  const value: unknown = metadata[key] === undefined ? undefined : JSON.parse(metadata[key]);
  return encodeSafetensors(tensors, { ...metadata, [key]: JSON.stringify(change(value as never)) });
}

interface Saved {
  readonly layers: readonly { readonly className: string; readonly config: object }[];
  readonly inputs: readonly object[];
}

interface Compiled {
  readonly optimizer: object;
  readonly outputs: readonly object[];
}

describe('a damaged model file', () => {
  it.each([
    [
      'a layer of no class',
      changed('model', ({ layers, ...rest }: Saved) => ({
        ...rest,
        layers: [{ className: 'Convx' }, ...layers.slice(1)],
      })),
      /'Convx': no layer of that class/,
    ],
    [
      'an option that cannot be',
      changed('model', ({ layers, ...rest }: Saved) => ({
        ...rest,
        layers: layers.map(({ className, config }) => ({
          className,
          config: 'filters' in config ? { ...config, filters: -1 } : config,
        })),
      })),
      /filters must be a whole number/,
    ],
    [
      'an input of no shape',
      changed('model', (model: Saved) => ({ ...model, inputs: [{ name: 'x', shape: [6, '6'] }] })),
      /shape must be/,
    ],
    [
      'no inputs',
      changed('model', (model: Saved) => ({ ...model, inputs: [null] })),
      /input: shape must be a list; received null/,
    ],
    [
      'an optimizer without options',
      changed('compile', (compiled: Compiled) => ({ ...compiled, optimizer: { name: 'adam' } })),
      /cannot be made/,
    ],
    [
      'an unknown loss',
      changed('compile', ({ outputs, ...rest }: Compiled) => ({ ...rest, outputs: [{ ...outputs[0], loss: 'x' }] })),
      /no loss 'x'/,
    ],
    [
      'outputs that are none',
      changed('compile', (compiled: Compiled) => ({ ...compiled, outputs: [null] })),
      /cannot be made/,
    ],
    ['class names that are no texts', changed('classNames', () => [1, 2, 3]), /class names are no list of texts/],
    ['metadata that are no texts', changed('user', () => ({ note: {} })), /metadata are no texts/],
  ])('with %s gives an error that names the file', async (_, bytes, reason) => {
    const error = await modelFromBytes(await bytes, {}, 'net.safetensors').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(StriateError);
    expect((error as Error).message).toMatch(/^net\.safetensors: /);
    expect((error as Error).message).toMatch(reason);
  });
});
