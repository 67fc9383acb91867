export { detectionConfusion, type DetectionConfusion, type DetectionConfusionOptions } from './detectionConfusion.js';
export {
  evaluateDetections,
  type ClassEvaluation,
  type DetectionEvaluation,
  type DetectionKind,
  type EvaluateDetectionsOptions,
  type PrecisionRecallCurve,
} from './evaluateDetections.js';
export {
  evaluateSegmentation,
  type EvaluateSegmentationOptions,
  type LabelMap,
  type SegmentationEvaluation,
} from './evaluateSegmentation.js';
export { objectKeypointSimilarity, pck, type Pck, type PckOptions } from './keypointSimilarity.js';
