import type { AcceptedOptions } from '../../../tensor/acceptedOptions.js';
import type { Shape, Tensor } from '../../../tensor/index.js';

/** Where a file has a picture's channels: before rows and columns (PyTorch), or behind them (TensorFlow). */
export type PictureLayout = (typeof pictureLayouts)[number];

/** Both layouts of pictures. */
export const pictureLayouts = ['NCHW', 'NHWC'] as const;

/** Options of `importOnnx`. */
export interface ImportOnnxOptions {
  /** [height, width, channels] of the pictures, where the file leaves the size free or another one is wanted. */
  readonly inputShape?: Shape;
  /** How the file takes pictures, where the sizes do not show it: `'NCHW'` (PyTorch) or `'NHWC'` (TensorFlow). */
  readonly layout?: PictureLayout;
  /**
   * Whether the first axis of the file's inputs and outputs is that of the examples; true by default. Where it is not, each
   * example of ours is a whole input of the file, its axes as they are there ([height, width, channels] only where `layout` is
   * `'NCHW'` and there are three).
   */
  readonly batchAxis?: boolean;
  /** Numbers for inputs that are the same for all examples: settings, or weights that the file takes as inputs. */
  readonly constants?: Readonly<Record<string, Tensor | number | readonly number[]>>;
  /**
   * Names of the graph's values that become the model's outputs; by default the graph's own outputs. What no output follows
   * from is never looked at.
   */
  readonly outputs?: readonly string[];
  /**
   * Names of the graph's values that become the model's inputs, in place of its own: what comes before them is left out. Their
   * sizes are those that the file gives, or `inputShape`.
   */
  readonly inputs?: readonly string[];
  /** The names of the classes in label order; by default those in the file's metadata, if any. */
  readonly classNames?: readonly string[];
  /**
   * Files that the model names, where it is given as bytes and its weights lie in files of their own; those beside a path are
   * found by themselves.
   */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  /** What messages call the file; its path by default. */
  readonly fileName?: string;
  /** Where a file that is given as bytes was read from: files that it names are found beside it. */
  readonly path?: string | undefined;
  /** The model's name; by default the file's. */
  readonly name?: string;
}

/** The names and kinds of these options. */
export const importOnnxAccepts = {
  where: 'importOnnx',
  kinds: {
    inputShape: 'list',
    layout: 'string',
    batchAxis: 'boolean',
    constants: 'object',
    outputs: 'list',
    inputs: 'list',
    classNames: 'list',
    externalData: 'object',
    fileName: 'string',
    name: 'string',
    path: 'string',
  },
} as const satisfies AcceptedOptions<ImportOnnxOptions>;
