export { cifar10Classes, loadCifar10, parseCifar10, type CifarBatch } from './cifar10.js';
export type { DataSet, DataSplits, PictureArrays } from './dataSet.js';
export { digits, type DigitsOptions } from './digits.js';
export { parseIdx, readIdx } from './idx.js';
export { loadMnist, type MnistOptions } from './mnist.js';
export { PictureSet, type PictureSetOptions, type PictureSplits } from './pictureSet.js';
export { cleanLetter, xo, type XoOptions } from './xo.js';
