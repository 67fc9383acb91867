export { receptiveFields, type ReceptiveField } from './receptiveField.js';
export type { UnfreezeOptions } from './freezing.js';
export type { LayerSummary, ModelSummary, ParameterCounts } from './modelSummary.js';
export { Topology, type Call, type TopologyMarks } from './topology.js';
