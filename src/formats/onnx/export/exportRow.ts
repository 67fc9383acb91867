import type { Layer } from '../../../layers/index.js';
import type { Shape } from '../../../tensor/index.js';
import type { ExportGraph } from './exportGraph.js';
import type { ExportValue } from './exportValues.js';

/** Writes an application of a layer and gives its result, which has this shape (without the batch). */
export type ExportRow<T extends Layer> = (
  layer: T,
  graph: ExportGraph,
  inputs: readonly ExportValue[],
  shape: Shape,
) => ExportValue;
