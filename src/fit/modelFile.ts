import { StriateError } from '../tensor/index.js';

/** The formats in which `Model.save` writes, by the endings of their files' names. */
const modelEndings = { '.safetensors': 'safetensors', '.keras': 'keras', '.h5': 'h5', '.hdf5': 'h5' } as const;

/** The formats in which `saveWeights` writes, likewise. */
const weightEndings = { '.safetensors': 'safetensors', '.weights.h5': 'h5' } as const;

/** A format in which a whole model is written. */
export type ModelFileFormat = (typeof modelEndings)[keyof typeof modelEndings];

/** A format in which weights alone are written. */
export type WeightFileFormat = (typeof weightEndings)[keyof typeof weightEndings];

/** What writes files of other names. */
const others: readonly { readonly ending: RegExp; readonly advice: string }[] = [
  {
    ending: /^(file|localstorage|indexeddb|downloads|https?):\/\//i,
    advice:
      "write a path, such as 'model.safetensors'; in a page, await model.toBytes() gives the bytes to keep or to send",
  },
  { ending: /\.onnx$/i, advice: "write it with exportOnnx(model, 'model.onnx')" },
  { ending: /\.json$/i, advice: "write TensorFlow.js's files with exportTfjs(model, 'model.json')" },
  {
    ending: /\.(pth?|ckpt|bin)$/i,
    advice: "for PyTorch, write its names and layouts with saveWeights('weights.safetensors', { format: 'pytorch' })",
  },
];

function formatIn<T>(where: string, path: string, endings: Readonly<Record<string, T>>): T {
  if (typeof path !== 'string') {
    const advice = `write ${where}('model.safetensors'); where there are no files, toBytes()`;
    throw new StriateError({ where, rule: "needs a file's name", received: String(path), advice });
  }
  const name = path.toLowerCase();
  const found = Object.keys(endings).find((ending) => name.endsWith(ending));
  if (found !== undefined) return endings[found];
  const known = Object.keys(endings);
  throw new StriateError({
    where,
    rule: `the file's name says the format: it must end in ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`,
    received: `'${path}'`,
    advice: others.find(({ ending }) => ending.test(path))?.advice,
  });
}

/**
 * The format that a path asks for, of a file with a whole model.
 *
 * @throws StriateError that says what to call instead, where it ends in none of them.
 */
export function modelFileFormat(where: string, path: string): ModelFileFormat {
  return formatIn<ModelFileFormat>(where, path, modelEndings);
}

/**
 * The format that a path asks for, of a file with weights alone.
 *
 * @throws StriateError that says what to call instead, where it ends in none of them.
 */
export function weightFileFormat(where: string, path: string): WeightFileFormat {
  return formatIn<WeightFileFormat>(where, path, weightEndings);
}
