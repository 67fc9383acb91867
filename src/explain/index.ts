export * from './activations/index.js';
export { drawArchitecture, type ArchitecturePictureOptions } from './architecture/drawArchitecture.js';
export {
  explain,
  type ExplainedInputs,
  type ExplainedPicture,
  type ExplainOptions,
  type ExplanationName,
} from './explain.js';
export type { Explanation, ExplanationParts } from './explanation.js';
export type { Attribution, ExplanationMethod } from './explanationMethod.js';
export * as explanations from './explanations/index.js';
export type { ActivationMapOptions } from './explanations/layerMap.js';
export type { SmoothGradOptions } from './explanations/smoothGrad.js';
export type { Baseline } from './baseline.js';
export type { OcclusionOptions } from './explanations/occlusion.js';
export type { RiseOptions } from './explanations/rise.js';
export type { ScoreCamOptions } from './explanations/scoreCam.js';
export type { IntegratedGradientsOptions } from './explanations/integratedGradients.js';
export * from './evidence/index.js';
export * from './filters/index.js';
export type { WatchedPictures } from './pictureRows.js';
export { resizedMap } from './resizedMap.js';
export type { ScoreForm } from './classScores.js';
export type { Rows } from './rows.js';
export type { GradientResult, Place, Subject } from './subject.js';
export type { AgainstTarget, ClassTarget, DifferenceTarget, Target, UnitTarget } from './target.js';
export type { DetectionTarget, RegionTarget, TaskModel, TaskTarget } from './taskTarget.js';
export { legend, type Legend, type LegendOptions, type LegendTick } from './legend.js';
export { overlay, type OverlayOptions } from './overlay.js';
export { seenPicture } from './seenPicture.js';
export { tilePictures, toPicture, type CanvasPicture, type ColourOptions, type TileOptions } from './toPicture.js';
