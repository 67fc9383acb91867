/** What can be learned from annotations. */
export const learnKinds = ['boxes', 'masks', 'points'] as const;

/** One of them. */
export type LearnKind = (typeof learnKinds)[number];

/** The side of what a small network takes, and its layers' filters and strides. */
export const smallSide = 128;
export const smallLayers = [
  ...[[16, 2] as const, [32, 2] as const, [32, 1] as const, [64, 2] as const],
  ...[[64, 1] as const, [96, 2] as const, [96, 1] as const],
] as const;

/** How it is learned. */
export interface LearnSettings {
  readonly kind: LearnKind;
  /** `fresh` for a small network that starts afresh, or a network that has learned before, by what addresses call it. */
  readonly backbone: string;
  /** How often each picture is seen. */
  readonly passes: number;
}
