import { overlay, type CanvasPicture, type Explanation } from '../explain/index.js';
import { dataUri, pictureToPng } from './draw.js';
import type { ReportPicture } from './runResult.js';

/** Pixels of a page's pictures, by their longer side. */
const largest = 160;
/** Drawings of so few pixels are shown pixel by pixel, photos are not. */
const drawing = 64;

/** Whether a picture is a photo, which may be made smaller and smooth. */
export function isPhoto({ height, width }: Pick<ReportPicture, 'height' | 'width'>): boolean {
  return Math.max(height, width) > drawing;
}

/** A picture as an address that needs no request: of a drawing its pixels, of a photo a JPEG file of at most 160 pixels a side. */
export async function pictureUri(picture: ReportPicture): Promise<string> {
  if (!isPhoto(picture)) return dataUri(await pictureToPng(picture), 'image/png');
  return jpegUri(canvasOf(picture));
}

/**
 * An explanation's heat over its picture as an address that needs no request.
 *
 * @param limit the number that gets the full colour, where maps are compared
 */
export function heatUri(
  explanation: Explanation,
  picture: ReportPicture | CanvasPicture,
  limit?: number,
): Promise<string> {
  const ground = 'data' in picture ? picture : canvasOf(picture);
  const scale = Math.max(1, Math.floor(largest / Math.max(picture.height, picture.width)));
  // Maps with signs leave the picture clear around zero, and cover it where much counts.
  const opacity = explanation.signed ? 0.8 : 0.65;
  return jpegUri(
    overlay(explanation, { picture: ground, scale, opacity, ...(limit !== undefined && limit > 0 && { limit }) }),
  );
}

/** Pixels of any size as an address that needs no request: few of them as they are, many as a JPEG file. */
export async function canvasUri(picture: CanvasPicture): Promise<string> {
  if (isPhoto(picture)) return jpegUri(picture);
  const { default: sharp } = await import('sharp');
  const { width, height, data } = picture;
  const image = sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
  return dataUri(await image.png().toBuffer(), 'image/png');
}

/** A picture as an address that needs no request: a JPEG file of at most 160 pixels a side. */
async function jpegUri({ width, height, data }: CanvasPicture): Promise<string> {
  const { default: sharp } = await import('sharp');
  const image = sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
  const small = Math.max(width, height) <= largest;
  const sized = small ? image : image.resize(largest, largest, { fit: 'inside' });
  return dataUri(await sized.jpeg({ quality: 82 }).toBuffer(), 'image/jpeg');
}

function canvasOf({ height, width, channels, values }: ReportPicture): CanvasPicture {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    // A picture of two or more than three channels is shown by its first.
    for (let c = 0; c < 3; c++) data[4 * i + c] = 255 * values[i * channels + (channels === 3 ? c : 0)];
    data[4 * i + 3] = 255;
  }
  return { width, height, data };
}
