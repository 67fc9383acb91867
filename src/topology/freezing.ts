import { BatchNormalization } from '../layers/batchNormalization.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { layerCalled, type Topology } from './topology.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';

/** Options of `Model.unfreeze`. */
export interface UnfreezeOptions {
  /**
   * Whether batch normalizations are trained, too; true by default. Small data sets and batches spoil their running
   * statistics: without it, they stay frozen and go on normalizing by what they learned before.
   */
  readonly batchNormalization?: boolean;
}

const accepts = {
  where: 'unfreeze',
  kinds: { batchNormalization: 'boolean' },
} as const satisfies AcceptedOptions<UnfreezeOptions>;

interface Named {
  readonly name: string;
  readonly topology: Topology;
}

/** Freezes a layer and all that its output depends on; without a name, all layers. */
export function freezeLayers({ name, topology }: Named, until?: string): void {
  for (const layer of until === undefined
    ? topology.layers
    : upTo(topology, layerCalled(until, name, topology.layers))) {
    layer.trainable = false;
  }
}

/** Unfreezes a layer and all that depends on its output; without a name, all layers. */
export function unfreezeLayers({ name, topology }: Named, from?: string, options: UnfreezeOptions = {}): void {
  const { batchNormalization = true } = expectOptions(accepts, options);
  const layers = from === undefined ? topology.layers : onFrom(topology, layerCalled(from, name, topology.layers));
  for (const layer of layers) {
    layer.trainable = batchNormalization || !(layer instanceof BatchNormalization);
  }
}

function upTo({ calls }: Topology, last: Layer): Set<Layer> {
  const values = new Set<SymbolicTensor>(calls.filter(({ layer }) => layer === last).map(({ output }) => output));
  const layers = new Set<Layer>();
  for (const { source } of values) {
    if (!source) continue;
    layers.add(source.layer);
    for (const value of source.inputs) values.add(value);
  }
  return layers;
}

function onFrom({ calls }: Topology, first: Layer): Set<Layer> {
  const values = new Set<SymbolicTensor>();
  const layers = new Set<Layer>([first]);
  for (const { layer, inputs, output } of calls) {
    if (layer !== first && !inputs.some((value) => values.has(value))) continue;
    values.add(output);
    layers.add(layer);
  }
  return layers;
}
