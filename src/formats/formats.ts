import type { CustomClasses } from '../layers/index.js';
import type { Model } from '../models/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { fileFormatOf, type FileFormatName } from '../tensor/fileFormat.js';
import type { Shape } from '../tensor/index.js';
import { importKeras, kerasIgnored } from './keras/read/importKeras.js';
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
  /** Layer classes of your own that a file of Keras's names. */
  readonly customLayers?: CustomClasses | undefined;
  /** What messages call the file; its path by default. */
  readonly name?: string;
  /** Where bytes were read from, a path or an address: other files that the model names lie beside it. */
  readonly path?: string | undefined;
}

const accepts = {
  where: 'read',
  kinds: {
    inputShape: 'list',
    outputs: 'list',
    batchAxis: 'boolean',
    customLayers: 'object',
    name: 'string',
    path: 'string',
  },
} as const satisfies AcceptedOptions<ReadModelOptions>;

/** The formats of other programs that hold whole models. */
export type FormatName = 'ONNX' | 'Keras 2' | 'Keras 3' | 'TensorFlow.js';

/** A format of whole models that other programs write. */
export interface ModelFormat {
  readonly name: FormatName;
  /** With the dot, lower case. */
  readonly extensions: readonly string[];
  /** What its files look like. */
  readonly content: FileFormatName;
  /** Reads a model from a path, or from bytes; other files that these name are found beside `path`. */
  read(source: string | Uint8Array, options?: ReadModelOptions): Promise<Model>;
  /** What reading left out of a model that it gave, in sentences. */
  notes(model: Model): readonly string[];
}

const kerasNotes = ({ metadata }: Model): readonly string[] =>
  metadata[kerasIgnored] === undefined ? [] : [`left out, as it matters in Keras alone: ${metadata[kerasIgnored]}`];

/** What is known of each format, but its name. */
export type FormatRows = Readonly<
  Record<
    FormatName,
    Omit<ModelFormat, 'name' | 'read'> & {
      read: (source: string | Uint8Array, options: ReadModelOptions) => Promise<Model>;
    }
  >
>;

/** Pictures have their channels last wherever models of any format are opened. */
const readKeras = (source: string | Uint8Array, { name, inputShape, customLayers }: ReadModelOptions): Promise<Model> =>
  importKeras(source, { name, inputShape, customLayers, layout: 'NHWC' });

const rows: FormatRows = {
  ONNX: {
    extensions: ['.onnx'],
    content: 'onnx',
    read: (source, { name, path, inputShape, outputs, batchAxis }) =>
      importOnnx(source, { inputShape, outputs, batchAxis, fileName: name, path }),
    // What it does not follow, it refuses.
    notes: () => [],
  },
  'Keras 2': { extensions: ['.h5', '.hdf5'], content: 'hdf5', read: readKeras, notes: kerasNotes },
  'Keras 3': { extensions: ['.keras'], content: 'keras', read: readKeras, notes: kerasNotes },
  'TensorFlow.js': {
    extensions: ['.json'],
    content: 'tfjs',
    read: (source, { name, path, inputShape }) =>
      importTfjs(typeof source === 'string' ? source : { modelJson: source, weights: new Map(), path }, {
        name,
        inputShape,
        layout: 'NHWC',
      }),
    notes: kerasNotes,
  },
};

/** The formats of other programs that hold whole models, in the order in which a file's content is compared with them. */
export const modelFormats: readonly ModelFormat[] = Object.entries(rows).map(([name, row]) => ({
  name: name as FormatName,
  ...row,
  read: async (source, options = {}) =>
    row.read(source, expectOptions({ ...accepts, where: `${name}, read` }, options)),
}));

/** The format of a file: what its content looks like, otherwise what its extension says; undefined: none of these. */
export function formatOf(path: string, bytes: Uint8Array): ModelFormat | undefined {
  const lower = path.toLowerCase();
  const found = fileFormatOf(bytes);
  return (
    modelFormats.find(({ content }) => content === found) ??
    modelFormats.find(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)))
  );
}
