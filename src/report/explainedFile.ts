import { overlay, type CanvasPicture, type Explanation } from '../explain/index.js';
import { formatPercent } from './html.js';

/** A picture with explanations of what a model says of it, one or more. */
export interface ExplainedFile {
  /** The picture's path, as it was given. */
  readonly picture: string;
  readonly explanations: readonly Explanation[];
}

/** What is said of an explanation below its picture. */
export interface ExplanationCaption {
  /** What it is about: `African elephant`. */
  readonly target: string;
  /** How probable the model finds it, `68.0 %`; empty where there is no such number. */
  readonly probability: string;
  /** Which method made it, and from which layer: `grad-cam, 'features', 13×13`. */
  readonly by: string;
  /** What its colours mean. */
  readonly reading: string;
}

/** What is said of an explanation, in text. */
export function captionOf({
  method,
  layer,
  map,
  signed,
  target,
  between,
  probability,
}: Explanation): ExplanationCaption {
  const [height, width] = map.shape;
  return {
    target,
    probability: probability === undefined ? '' : formatPercent(probability),
    by: `${method}${layer === undefined ? '' : `, '${layer}'`}, ${height}×${width}`,
    reading: !signed
      ? 'the lighter a place, the more it counts'
      : between
        ? `red speaks for ${between[0]}, blue for ${between[1]}`
        : 'red speaks for it, blue against it',
  };
}

/**
 * The photo that was given, upright and with no side above `largest` pixels; undefined where the file cannot be shown, or is no
 * file.
 *
 * @param enlarge whether a smaller photo is brought to that size
 */
export async function readPhoto(path: string, largest: number, enlarge = false): Promise<CanvasPicture | undefined> {
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(path, { pages: 1, autoOrient: true })
      .resize(largest, largest, { fit: 'inside', withoutEnlargement: !enlarge })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
  } catch {
    return undefined;
  }
}

/** The photo by itself, and the heat of one of its explanations, at the size at which they are shown. */
export interface ExplanationViews {
  readonly photo: CanvasPicture;
  readonly grey: CanvasPicture;
  readonly over: (explanation: Explanation, opacity?: number) => CanvasPicture;
}

/** Pictures with fewer pixels than this show each of them as a square; larger ones are resized smoothly. */
const drawn = 128;

/** How a photo's explanations are shown on `side` pixels. */
export async function viewsOf(
  { picture, explanations: [first] }: ExplainedFile,
  side: number,
): Promise<ExplanationViews> {
  const [rows, columns] = first.input.shape;
  const found = await readPhoto(picture, side);
  const longest = Math.max(found?.width ?? columns, found?.height ?? rows);
  const photo = found && longest >= drawn && longest < side ? await readPhoto(picture, side, true) : found;
  const scale = longest < side && (!photo || longest < drawn) ? Math.max(1, Math.floor(side / longest)) : 1;
  const over = (explanation: Explanation, opacity?: number): CanvasPicture =>
    overlay(explanation, { opacity, scale, picture: photo });
  return {
    photo: overlay(first, { opacity: 0, scale, picture: photo, ground: 'colours' }),
    grey: over(first, 0),
    over,
  };
}
