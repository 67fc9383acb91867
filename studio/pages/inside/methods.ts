/** The library's ways to explain, as the command line spells them, the quick ones first; `none` shows the picture alone. */
export const methodNames = [
  'none',
  'grad-cam',
  'grad-cam-plus-plus',
  'x-grad-cam',
  'hi-res-cam',
  'layer-cam',
  'eigen-cam',
  'cam',
  'saliency',
  'gradient-times-input',
  'guided-backpropagation',
  'smooth-grad',
  'integrated-gradients',
  'score-cam',
  'ablation-cam',
  'occlusion',
  'rise',
] as const;

export type MethodName = (typeof methodNames)[number];

/** How a method does on a picture. */
export interface MeasuredMethod {
  readonly method: string;
  /** The area below the curve of the class's probability while the pixels it found are put in: higher is better. */
  readonly insertion?: number;
  /** The same while they are taken out: lower is better. */
  readonly deletion?: number;
  /** By what share the class's probability falls where only what the map shows is seen: lower is better. */
  readonly drop?: number;
  /** How much of the map lies on the picture's objects, where it is known where they are. */
  readonly inside?: number;
  /** Why the model does not allow it. */
  readonly refused?: string;
}

/** The methods by what is put in less what is taken out, the best first; those that the model does not allow last. */
export function byMerit(rows: readonly MeasuredMethod[]): readonly MeasuredMethod[] {
  const merit = ({ insertion = -1, deletion = 1 }: MeasuredMethod): number => insertion - deletion;
  return rows.toSorted((a, b) => merit(b) - merit(a));
}
