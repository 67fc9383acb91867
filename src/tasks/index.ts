export { createDetector, Detector, type DetectOptions, type DetectorOptions, type NamedDetection } from './detector.js';
export type { DetectorDesign } from './detectorDesign.js';
export type { DetectorPlan } from './detectorPlan.js';
export type { DefaultBoxesPlan } from './defaultBoxes.js';
export { createSegmenter, Segmenter, type SegmenterOptions } from './segmenter.js';
export type { SegmenterEvaluateOptions, SegmenterFitOptions } from './segmenterTraining.js';
export type { PicturesOptions } from './ofPictures.js';
export type { SegmentedPicture } from './pixelLabels.js';
export type { TaskFitOptions } from './fitTask.js';
export type { SegmentationLossOptions } from './segmentationLoss.js';
export { loadDetector, loadKeypointDetector, loadSegmenter, type TaskSource } from './loadTask.js';
export { newClasses, type NewClassesOptions } from './newClasses.js';
export type { DecodedDetection } from './decodeDetections.js';
export type { PreparedPicture } from './preparedPicture.js';
export type { TaskClasses } from './taskClasses.js';
export type { SegmenterDesign, SegmenterPlan, UNetOptions } from './segmenterDesign.js';
export {
  createKeypointDetector,
  KeypointDetector,
  type KeypointDetectorDesign,
  type NamedPoint,
} from './keypointDetector.js';
export type { KeypointEvaluateOptions, KeypointEvaluation, KeypointFitOptions } from './keypointTraining.js';
export { multiTask, MultiTask } from './multiTask.js';
export type { MultiTaskFitOptions } from './multiTaskTraining.js';
export type { FoundByHeads, MultiTaskData, TaskHead, TaskHeads } from './taskHeads.js';
