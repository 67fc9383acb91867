/** In a page, which cannot write files, `save` and `saveWeights` have no writer of Keras's: it would bring its HDF5 library along. */
import { StriateError } from '../tensor/index.js';

/** @throws StriateError always: pages cannot write files. */
export function kerasBytes(): Promise<never> {
  return Promise.reject(refused());
}

/** @throws StriateError always: pages cannot write files. */
export function kerasWeightBytes(): Promise<never> {
  return Promise.reject(refused());
}

function refused(): StriateError {
  return new StriateError({
    where: 'save',
    rule: 'pages cannot write files',
    advice: "take kerasBytes(model, 'keras') of striate/formats, and offer it as a download",
  });
}
