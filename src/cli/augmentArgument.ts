import { Option } from 'commander';
import type { DataSet } from '../data/dataSet.js';
import type { ImageFolderOptions } from '../data/folders/imageFolder.node.js';
import { augment, augmentation, augmentations, type AugmentationName } from '../data/index.js';
import { NormalizedSet } from '../data/normalizedSet.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';

/** The option `--augment`. */
export function augmentOption(): Option {
  return new Option(
    '--augment <how>',
    'change training pictures at random: basic (rotate, shift, zoom, flip) or strong (crops, RandAugment, erasing) ' +
      '(default: "none")',
  ).choices(Object.keys(augmentations));
}

/** Options for folders of pictures, which augment in the threads that decode. */
export function augmentedFolder(name: AugmentationName = 'none'): Pick<ImageFolderOptions, 'augment'> {
  return name === 'none' ? {} : { augment: augmentation(augmentations[name]) };
}

/** The pictures to train on, of sets in memory; folders of pictures augment by themselves. */
export function augmentedTraining(train: DataSet, name: AugmentationName = 'none'): DataSet {
  if (name === 'none' || train instanceof PictureFiles) return train;
  // Colours and turns are those of pictures: numbers are brought into the model's range afterwards.
  if (train instanceof NormalizedSet) {
    return new NormalizedSet(augmentedTraining(train.base, name), train.preprocessing);
  }
  return augment(train, augmentations[name]);
}
