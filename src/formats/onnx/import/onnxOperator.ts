import type { ErrorParts } from '../../../tensor/index.js';
import type { ConstantValue, ImportedValue } from './importedValue.js';
import type { OnnxNode } from './onnxNode.js';

/** Turns one node into layers and gives what its outputs then are; undefined for one that it does not give. */
export type ImportRule = (node: OnnxNode) => ImportedValue | readonly (ImportedValue | undefined)[];

/** Computes the result of a node whose inputs are all known at import. */
export type FoldRule = (node: OnnxNode, inputs: readonly ConstantValue[]) => ConstantValue;

/** An operator that becomes layers. */
interface ImportedOperator {
  readonly import: ImportRule;
  readonly fold?: FoldRule;
  /**
   * What it makes of whole numbers: `'kept'` where it does the same to them as to floats, `'cast'` where it makes floats of
   * them. Without it, a node that gets whole numbers is refused, as it would compute otherwise with them.
   */
  readonly wholeNumbers?: 'kept' | 'cast';
  readonly refusal?: undefined;
}

/** An operator that no layer computes, but that exporters use on shapes and other constants. */
interface FoldedOperator {
  readonly fold: FoldRule;
  readonly import?: undefined;
  readonly wholeNumbers?: undefined;
  readonly refusal?: undefined;
}

/** An operator that cannot be imported for a reason. */
interface RefusedOperator {
  readonly refusal: Pick<ErrorParts, 'rule' | 'advice'>;
  readonly import?: undefined;
  readonly fold?: undefined;
  readonly wholeNumbers?: undefined;
}

/** All that is known of one of ONNX's operators. */
export type OnnxOperator = ImportedOperator | FoldedOperator | RefusedOperator;

/** A family of ONNX's operators, by their names. */
export type OnnxOperators = Readonly<Record<string, OnnxOperator>>;
