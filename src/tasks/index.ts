export { createDetector, Detector, type DetectOptions, type DetectorOptions, type NamedDetection } from './detector.js';
export { createSegmenter, Segmenter, type SegmentedPicture, type SegmenterOptions } from './segmenter.js';
export type { TaskClasses } from './taskClasses.js';
