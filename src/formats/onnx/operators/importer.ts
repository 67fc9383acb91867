import type { OnnxNode } from '../onnxNode.js';
import type { ImportedValue } from '../values.js';

/** Turns one node into layers and gives what its outputs then are. */
export type Importer = (node: OnnxNode) => ImportedValue | readonly ImportedValue[];

/** Importers by ONNX's operator names. */
export type Importers = Readonly<Record<string, Importer>>;
