import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { cocoAnnotations, scenes, type AnnotatedSet, type ScenesOptions } from '../src/index.node.js';

/** Drawn scenes, the training part, as a folder of pictures in COCO's format; gives them back as they were drawn. */
export async function sceneFolder(path: string, options: ScenesOptions): Promise<AnnotatedSet> {
  const { train } = scenes({ test: 1, ...options });
  await mkdir(path, { recursive: true });
  const pictures = [];
  for (let i = 0; i < train.size; i++) {
    const { data, width, height } = await train.pixels(i);
    await sharp(data, { raw: { width, height, channels: 3 } }).toFile(join(path, `${i}.png`));
    pictures.push({ ...train.picture(i), name: `${i}.png` });
  }
  await writeFile(join(path, 'annotations.json'), JSON.stringify(cocoAnnotations(pictures, train)));
  return train;
}
