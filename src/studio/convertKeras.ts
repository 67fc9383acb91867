import { formatOf, kerasBytes } from '../formats/index.js';
import { modelFromBytes, type Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';
import type { Conversion } from './api.js';

/** Whether a word is the name of a conversion. */
export function isConversion(word: string): word is Conversion {
  return Object.hasOwn(conversions, word);
}

/**
 * A model's file in another form: the studio's pages do not carry what reads and writes HDF5, which is as large as three of
 * them. Nothing is read or written besides the bytes.
 *
 * @param name what messages call the file
 * @throws StriateError where it is damaged, no such file, or holds what the other form cannot.
 */
export async function convertKeras(bytes: Uint8Array, name: string, to: Conversion): Promise<Uint8Array> {
  const { open, write } = conversions[to];
  const model = await open(bytes, name);
  try {
    return await write(model);
  } finally {
    await model.dispose();
  }
}

const conversions: Readonly<
  Record<
    Conversion,
    {
      readonly open: (bytes: Uint8Array, name: string) => Promise<Model>;
      readonly write: (model: Model) => Promise<Uint8Array>;
    }
  >
> = {
  striate: { open: openKeras, write: (model) => model.toBytes() },
  keras: { open: (bytes, name) => modelFromBytes(bytes, {}, name), write: (model) => kerasBytes(model, 'keras') },
};

async function openKeras(bytes: Uint8Array, name: string): Promise<Model> {
  const format = formatOf(name, bytes);
  if (format?.name !== 'Keras 2' && format?.name !== 'Keras 3') {
    throw new StriateError({
      where: name,
      rule: 'is no file of Keras',
      received: format?.name,
      advice: 'the pages read other models by themselves',
    });
  }
  return format.read(bytes, { name });
}
