import { GraphBuilder } from '../../graph/index.js';
import type { Model } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';
import { upTo } from '../../topology/featureSplit.js';
import { receptiveFields } from '../../topology/receptiveField.js';
import { layerValue } from '../target.js';

/** Sides of patterns: of filters that see least, and of those that see most. */
const smallest = 48;
const largest = 128;

/**
 * A side in pixels on which a filter of a layer can show what it looks for: one and a half times what it sees, from 48 to 128
 * pixels. Where layers before it work on one size alone, it is the model's own.
 *
 * @throws StriateError when there is no such layer.
 */
export function patternSize(model: Model, layer: string): number {
  const value = layerValue(layer, model);
  const [height, width, channels] = model.inputs[0].shape;
  const own = Math.max(height, width);
  const field = Math.max(...(receptiveFields(model.topology).get(value) ?? [Infinity]));
  const side = Math.min(Math.max(16 * Math.ceil((1.5 * field) / 16), smallest), largest);
  if (side >= own) return own;
  const graph = new GraphBuilder('pattern size');
  const [rows, columns] = [Math.min(side, height), Math.min(side, width)];
  try {
    upTo(model.topology, value).emit(graph, [graph.input('picture', [1, rows, columns, channels])]);
    return side;
  } catch (error) {
    if (error instanceof StriateError) return own;
    throw error;
  }
}
