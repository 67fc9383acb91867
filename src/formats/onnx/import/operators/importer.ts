import type { OnnxNode } from '../onnxNode.js';
import type { ImportedValue } from '../values.js';

/** Turns one node into layers and gives what its outputs then are; undefined for one that it does not give. */
export type Importer = (node: OnnxNode) => ImportedValue | readonly (ImportedValue | undefined)[];

/** Importers by ONNX's operator names. */
export type Importers = Readonly<Record<string, Importer>>;
