import type { Annotation } from '../geometry/annotation.js';
import { classColours } from './classColours.js';
import { PictureSheet } from './pictureSheet.js';
import { outline, tint } from './thingMarks.js';

/** A thing that was found in a picture, or a single point of one, and what is written beside it. */
export interface ShownThing extends Pick<Annotation, 'label' | 'mask' | 'points'>, Partial<Pick<Annotation, 'box'>> {
  readonly name: string;
}

/** Ten colours, of which each class has one, the same in all pictures. */
const colours = classColours(new Array<number>(10).fill(1)).of.map(({ light }) => light);

/**
 * Draws what was found in a picture over it, at the picture's own size: boxes with names, masks over the pixels, points.
 *
 * @param path a file whose name ends in a format of pictures
 * @throws StriateError when the picture cannot be read, or the file not be written.
 */
export async function foundPicture(picture: string, things: readonly ShownThing[], path: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  const upright = sharp(picture).autoOrient().flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha();
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const colourOf = (label: number): string => colours[(label + colours.length - 1) % colours.length];
  for (const { label, mask } of things) if (mask) tint(data, channels, mask.toArray(), colourOf(label));
  const sheet = new PictureSheet(width, height);
  sheet.place({ width, height, channels, data }, 0, 0);
  const size = Math.round(Math.max(11, Math.min(width, height) / 28));
  // The surest lies on top.
  for (const thing of [...things].reverse()) {
    outline(sheet, thing, [0, 0], { colour: colourOf(thing.label), name: thing.name, size });
  }
  await sheet.write(path, '--output');
}
