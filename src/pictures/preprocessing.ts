/** How pictures must be prepared for an architecture's published weights. */
export interface Preprocessing {
  /** Rows and columns that go in. */
  readonly size: readonly [height: number, width: number];
  /** Length of the shorter side before the middle is cut out. */
  readonly resize: number;
  /**
   * 'crop' (the default) keeps proportions and cuts; 'stretch' brings the whole picture to the size at once; 'contain' shows
   * all of it on black ground.
   */
  readonly fit?: 'crop' | 'stretch' | 'contain';
  /** Subtracted from each channel, of values from 0 to 1. */
  readonly mean: readonly number[];
  /** Each channel is divided by this afterwards. */
  readonly std: readonly number[];
  readonly channels: 'RGB' | 'BGR' | 'grey';
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic';
}

/** ImageNet pictures as torchvision's weights want them: the shorter side to 256, the middle 224×224. */
export const imagenetPreprocessing: Preprocessing = {
  size: [224, 224],
  resize: 256,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channels: 'RGB',
  interpolation: 'bilinear',
};
