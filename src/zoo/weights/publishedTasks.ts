import type { DetectionName } from '../detection.js';
import type { SegmentationName } from '../segmentation.js';
import { publishedFile, type PublishedWeights } from './published.js';

/** The name by which published weights of networks for boxes and masks are asked for: torchvision's COCO_V1, or COCO_WITH_VOC_LABELS_V1. */
export const cocoWeights = 'coco';

/** A published file of a network for boxes or masks. */
export interface PublishedTaskWeights extends PublishedWeights {
  /** What frozen normalizations added to the variance in training, where it is not what the network's row says. */
  readonly epsilon?: number;
}

/** torchvision's files. */
export const publishedTaskWeights: Readonly<Record<DetectionName | SegmentationName, PublishedTaskWeights>> = {
  ssdlite320_mobilenet_v3_large: publishedFile('ssdlite320_mobilenet_v3_large_coco-a79551df', 13.418),
  ssd300_vgg16: publishedFile('ssd300_vgg16_coco-b556d3b4', 135.988),
  fcos_resnet50_fpn: publishedFile('fcos_resnet50_fpn_coco-99b0c9b7', 123.608),
  // torchvision sets 0 where it loads this file, and this file alone.
  retinanet_resnet50_fpn: { ...publishedFile('retinanet_resnet50_fpn_coco-eeacb38b', 130.267), epsilon: 0 },
  lraspp_mobilenet_v3_large: publishedFile('lraspp_mobilenet_v3_large-d234d4ea', 12.49),
  deeplabv3_mobilenet_v3_large: publishedFile('deeplabv3_mobilenet_v3_large-fc3c493d', 42.301),
  deeplabv3_resnet50: publishedFile('deeplabv3_resnet50_coco-cd0a2569', 160.515),
  fcn_resnet50: publishedFile('fcn_resnet50_coco-1167a1af', 135.009),
};
