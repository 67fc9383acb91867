import type { ConstantValue, ImportedValue } from './importedValue.js';
import type { OnnxNode } from './onnxNode.js';

/** Turns one node into layers and gives what its outputs then are; undefined for one that it does not give. */
export type ImportRule = (node: OnnxNode) => ImportedValue | readonly (ImportedValue | undefined)[];

/** Computes what a node whose inputs are all known at import gives: its only output, or all of them. */
export type FoldRule = (node: OnnxNode, inputs: readonly ConstantValue[]) => ConstantValue | readonly ConstantValue[];

/** An operator that becomes layers. */
interface ImportedOperator {
  readonly import: ImportRule;
  readonly fold?: FoldRule;
  /**
   * What it makes of whole numbers: `'kept'` where it does the same to them as to floats, `'cast'` where it makes floats of
   * them. Without it, a node that gets whole numbers is refused, as it would compute otherwise with them.
   */
  readonly wholeNumbers?: 'kept' | 'cast';
  /** It knows itself what to do where all its inputs are constants; otherwise the layers that it would become compute it. */
  readonly takesConstants?: true;
  readonly refusal?: undefined;
}

/** An operator that no layer computes, but that exporters use on shapes and other constants. */
interface FoldedOperator {
  readonly fold: FoldRule;
  readonly import?: undefined;
  readonly takesConstants?: undefined;
  readonly wholeNumbers?: undefined;
  readonly refusal?: undefined;
}

/** Why an operator cannot be imported, and what to do for a node of it. */
export interface Refusal {
  readonly rule: string;
  readonly advice?: string | ((node: OnnxNode) => string | undefined);
}

/** An operator that cannot be imported for a reason, but may be computed where all is known. */
interface RefusedOperator {
  readonly refusal: Refusal;
  readonly import?: undefined;
  readonly takesConstants?: undefined;
  readonly fold?: FoldRule;
  readonly wholeNumbers?: undefined;
}

/** All that is known of one of ONNX's operators. */
export type OnnxOperator = ImportedOperator | FoldedOperator | RefusedOperator;

/** A family of ONNX's operators, by their names. */
export type OnnxOperators = Readonly<Record<string, OnnxOperator>>;
