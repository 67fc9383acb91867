import type { Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';
import { featureMapOf } from '../topology/featureMap.js';
import { changedValues } from './activations/activationsOf.js';

/** A layer that gives a map. */
export interface MapLayer {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * The layers where a model's maps are ripest: the last one of each resolution, in the order in which they are computed. Layers
 * that only training needs are left out, maps of a single position, and cuttings of a picture, which have other proportions.
 */
export function mapLayers(model: Model): MapLayer[] {
  const last = new Map<string, MapLayer>();
  const [rows, columns] = model.inputs[0].shape;
  for (const { shape, source } of changedValues(model)) {
    const [height, width, channels] = shape;
    if (shape.length !== 3 || height * width === 1) continue;
    // Rounding takes less than a row or a column.
    if (Math.abs(height * columns - width * rows) >= Math.max(rows, columns)) continue;
    last.set(`${height}×${width}`, { name: source!.layer.name, height, width, channels });
  }
  return [...last.values()];
}

/** The layer whose map class activation maps are read from; undefined where a model has no such map. */
export function decidingMap(model: Model): MapLayer | undefined {
  try {
    const { source, shape } = featureMapOf(model.name, model.topology);
    if (!source) return undefined;
    const [height, width, channels] = shape;
    return { name: source.layer.name, height, width, channels };
  } catch (error) {
    if (error instanceof StriateError) return undefined;
    throw error;
  }
}
