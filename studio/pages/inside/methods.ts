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
