/**
 * In the place of h5wasm in the studio's pages: 4.8 MB, three times what all pages may be, for the files of one program. What
 * needs it says what to do instead. It imports nothing: what it needs, all pages would have.
 */

/** Waited for before anything else of h5wasm is used. */
export const ready: PromiseLike<never> = {
  then: (_, reject) => Promise.reject(new Error(advice)).then(undefined, reject),
};

const advice =
  'Keras’s HDF5 files are not read in the studio’s pages: convert the model first (striate export model.keras --output model.onnx)';
