import type { Model } from '../../models/index.js';
import type { ExportOnnxOptions } from './export/exportOnnx.js';
import type { ImportOnnxOptions } from './import/importOptions.js';

export type { ExportOnnxOptions } from './export/exportOnnx.js';
export type { ImportOnnxOptions } from './import/importOptions.js';
export type { PictureLayout } from './import/importOptions.js';

// The reader of the wire format is a package: it is loaded with the first ONNX file, so that a page without a bundler, which
// cannot find packages by their names, does without it.

/**
 * A model from an ONNX file, as a Striate model of layers: it can be looked at, trained, cut, frozen and saved like any other.
 * Its pictures are [height, width, channels] also where the file takes them as channels first.
 *
 * @param source - A path, in browsers an address, or the file's bytes.
 * @throws StriateError that names the file, the node and the rule, when an operator has no layer here (control flow, quantised
 * operators), when the pictures' size is free and not given, or when the file is damaged.
 *
 * @example
 * const net = await importOnnx('mobilenet_v2.onnx');
 * const scores = await net.predict(x); // x: [N, 224, 224, 3]
 */
export async function importOnnx(source: string | Uint8Array, options: ImportOnnxOptions = {}): Promise<Model> {
  return (await import('./import/importOnnx.js')).importOnnx(source, options);
}

/**
 * A model as an ONNX file: what predicts, for batches of any size, with PyTorch's weight names where layers carry them.
 *
 * @throws StriateError when the opset is unknown, a layer is of a class of your own, or the file would exceed 2 GiB.
 *
 * @example
 * const bytes = await exportOnnx(zoo.create('resnet18')); // takes [N, 3, 224, 224]
 */
export async function exportOnnx(model: Model, options: ExportOnnxOptions = {}): Promise<Uint8Array> {
  return (await import('./export/exportOnnx.js')).exportOnnx(model, options);
}

/**
 * Writes a model as an ONNX file, whole or not at all.
 *
 * @throws StriateError as `exportOnnx`, and when the file cannot be written.
 *
 * @example
 * await saveOnnx(model, 'cats-dogs.onnx', { opset: 17 });
 */
export async function saveOnnx(model: Model, path: string, options: ExportOnnxOptions = {}): Promise<void> {
  return (await import('./export/exportOnnx.js')).saveOnnx(model, path, options);
}
