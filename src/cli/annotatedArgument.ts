import {
  annotatedFolder,
  openAnnotated,
  scenesName,
  type AnnotatedSplits,
} from '../data/annotated/annotatedFolder.node.js';
import { dataSetNames } from '../data/catalogue.node.js';
import { scenes } from '../data/scenes.js';
import { StriateError } from '../tensor/index.js';

/** How annotated pictures are opened. */
interface AnnotatedArgumentOptions {
  /** [height, width] of an example. */
  readonly size: readonly [height: number, width: number];
  /** Whether a problem is an error instead of being counted. */
  readonly strict?: boolean;
  /** Whether each picture is to show one thing, whose points are looked for: drawn scenes then do. */
  readonly oneThing?: boolean;
}

/**
 * Opens what `--data` names where boxes, masks or points are wanted. Drawn scenes come from the same seed always and folders are divided
 * by the same seed, so that a run, its resumption and a later evaluation see the same pictures.
 *
 * @throws StriateError when it has no annotations.
 */
export async function openAnnotatedArgument(
  name: string,
  { size, strict = false, oneThing = false }: AnnotatedArgumentOptions,
): Promise<AnnotatedSplits> {
  if (dataSetNames.includes(name)) {
    throw new StriateError({
      where: `data '${name}'`,
      rule: 'has pictures of one thing each, without boxes or masks',
      advice: 'give scenes, or a folder of annotated pictures: COCO, Pascal VOC, YOLO, LabelMe, masks as PNG files',
    });
  }
  if (name === scenesName && oneThing) return { ...scenes({ size, things: [1, 1] }), format: 'drawn' };
  const options = { size, strict };
  return (await openAnnotated(name, options)) ?? (await annotatedFolder(name, options));
}
