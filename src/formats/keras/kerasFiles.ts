import type { KerasFormat } from './write/exportKeras.js';
import type { WritableModel } from './write/writeGraph.js';

/**
 * Writes a model as a Keras file, for `keras.models.load_model`: `.h5` in Keras 2's form or `.keras` in Keras 3's, as the
 * path ends. What Keras says differently is written by layers that compute the same: margins become ZeroPadding2D.
 *
 * @throws StriateError when the path ends in neither, or a layer cannot be expressed in Keras's.
 *
 * @example
 * await exportKeras(model, 'flowers.keras');
 */
export async function exportKeras(model: WritableModel, path: string): Promise<void> {
  const writer = await import('./write/exportKeras.js');
  await writer.exportKeras(model, path);
}

/** What `exportKeras` writes. */
export async function kerasBytes(model: WritableModel, format: KerasFormat): Promise<Uint8Array> {
  const writer = await import('./write/exportKeras.js');
  return writer.kerasBytes(model, format);
}
