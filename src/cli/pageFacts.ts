import type { Model } from '../models/index.js';
import type { LayerRow } from '../report/runResult.js';
import { version } from './version.js';

/** A model's layers as pages list them. */
export function layerRows(model: Model): LayerRow[] {
  return model
    .summarize()
    .layers.map(({ name, type, output, parameters }) => ({ name, type, output: `(${output.join(', ')})`, parameters }));
}

/** When, with which version and by which call something was made. */
export function provenance(call: string): Record<string, string> {
  const now = new Date().toISOString();
  return { date: `${now.slice(0, 10)}, ${now.slice(11, 16)} UTC`, Striate: version(), command: call };
}
