/**
 * In the place of h5wasm in the studio's pages: 4.8 MB, three times what all pages may be, for the files of one program. What
 * needs it says what to do instead.
 */
import { StriateError } from 'striate';

/** Waited for before anything else of h5wasm is used. */
export const ready: PromiseLike<never> = {
  then: (_, reject) =>
    Promise.reject(
      new StriateError({
        where: 'Keras’s HDF5 files',
        rule: 'are not read or written in the studio’s pages',
        advice: 'convert the model first: striate export model.keras --format onnx',
      }),
    ).then(undefined, reject),
};
