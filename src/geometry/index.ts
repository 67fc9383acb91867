export type { Annotation, Detection, Keypoint, PlacedThings } from './annotation.js';
export { boxArea, boxConvert, clipBox, type Box, type Boxes, type BoxFormat } from './box.js';
export { boxIou, completeBoxIou, distanceBoxIou, generalizedBoxIou } from './boxOverlap.js';
export { letterbox, placeBox, unplaceBox, type FrameSize, type PlacedFrame } from './letterbox.js';
export { nms, softNms, type NmsOptions, type SoftNmsOptions, type SoftNmsResult } from './nonMaximumSuppression.js';
export { maskIou, RunLengthMask, type CocoRunLengths } from './runLengthMask.js';
