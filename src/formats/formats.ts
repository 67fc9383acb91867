import type { Model } from '../models/index.js';
import type { Shape } from '../tensor/index.js';
import { looksLikeHdf5 } from './keras/hdf5/hdf5File.js';
import { importKeras } from './keras/read/importKeras.js';
import { looksLikeZip } from '../platform/zip.js';
import { importOnnx } from './onnx/index.js';
import { importTfjs } from './tfjs/importTfjs.js';

/** Options that every format's reader takes. */
export interface ReadModelOptions {
  /** [H, W, C], where the file leaves sizes open. */
  readonly inputShape?: Shape;
  /** Names of an ONNX file's values that become the outputs: what no output follows from is left out. */
  readonly outputs?: readonly string[] | undefined;
  /** `false` where the inputs of an ONNX file have no axis for a batch. */
  readonly batchAxis?: boolean | undefined;
  /** What messages call the file; its path by default. */
  readonly name?: string;
}

/** The formats of other programs that hold whole models. */
export type FormatName = 'ONNX' | 'Keras 2' | 'Keras 3' | 'TensorFlow.js';

/** A format of whole models that other programs write. */
export interface ModelFormat {
  readonly name: FormatName;
  /** With the dot, lower case. */
  readonly extensions: readonly string[];
  /** Whether a file's bytes, of which the first thousand are enough, look like this format. */
  sniff(bytes: Uint8Array): boolean;
  /** Reads a model from a path, or from bytes where the format is a single file. */
  read(source: string | Uint8Array, options?: ReadModelOptions): Promise<Model>;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(0, 1000)).trimStart();

/** ONNX's files have no signature: they begin with the number of their format's version and the producer's name. */
const looksLikeOnnx = (bytes: Uint8Array): boolean =>
  bytes[0] === 8 && bytes[1] < 32 && [0x12, 0x1a, 0x3a].includes(bytes[2]);

/** What is known of each format, but its name. */
export type FormatRows = Readonly<Record<FormatName, Omit<ModelFormat, 'name'>>>;

const rows: FormatRows = {
  ONNX: {
    extensions: ['.onnx'],
    sniff: looksLikeOnnx,
    read: (source, { name, ...options } = {}) => importOnnx(source, { ...options, fileName: name }),
  },
  'Keras 2': { extensions: ['.h5', '.hdf5'], sniff: looksLikeHdf5, read: importKeras },
  'Keras 3': {
    extensions: ['.keras'],
    // PyTorch's archives are zip, too, and have everything in one folder.
    sniff: (bytes) => looksLikeZip(bytes) && /(config|metadata)\.json|model\.weights/.test(textOf(bytes)),
    read: importKeras,
  },
  'TensorFlow.js': {
    extensions: ['.json'],
    sniff: (bytes) => textOf(bytes).startsWith('{') && /"(modelTopology|weightsManifest|format)"/.test(textOf(bytes)),
    read: (source, options) =>
      importTfjs(typeof source === 'string' ? source : { modelJson: source, weights: new Map() }, options),
  },
};

/** The formats of other programs that hold whole models, in the order in which a file's content is compared with them. */
export const modelFormats: readonly ModelFormat[] = Object.entries(rows).map(([name, row]) => ({
  name: name as FormatName,
  ...row,
}));

/** The format of a file: what its content looks like, otherwise what its extension says; undefined: none of these. */
export function formatOf(path: string, bytes: Uint8Array): ModelFormat | undefined {
  const lower = path.toLowerCase();
  return (
    modelFormats.find((format) => format.sniff(bytes)) ??
    modelFormats.find(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)))
  );
}
