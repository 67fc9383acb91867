import type { CanvasPicture } from '../explain/index.js';
import { StriateError } from '../tensor/index.js';
import { PictureSheet } from './pictureSheet.js';
import { palette } from './reportPalette.js';
import { isCoarse, type PictureTile, type TileSection } from './tiles.js';

/** Pixels that a sheet is wide, but for what stands around its tiles. */
const across = 1100;
/** Pixels of the larger picture before a section's tiles. */
const firstSide = 260;
const margin = 24;
const gap = 12;
/** Pixels of the lines of text: below a tile, and above a section's tiles. */
const caption = 38;
const heading = 30;
const line = 19;

/** A file of pictures with more pixels a side than this is shown by no program. */
const highest = 16_000;

/** A section with its places on the sheet. */
interface Placed {
  readonly section: TileSection;
  readonly columns: number;
  readonly left: number;
  readonly rowHeight: number;
  readonly height: number;
}

/**
 * Writes sections of tiles as one picture: headings, tiles in rows, and below each its name and number.
 *
 * @param option what messages call the file: `--output`
 * @throws StriateError when they do not fit on one picture, or the file cannot be written.
 */
export async function writeTileSheet(path: string, sections: readonly TileSection[], option: string): Promise<void> {
  const placed = sections.map(placedSection);
  const height = margin + placed.reduce((sum, one) => sum + one.height + margin, 0);
  if (height > highest) {
    throw new StriateError({
      where: `${option} ${path}`,
      rule: 'so many pictures do not fit on one',
      advice: 'give a page (.html) or a folder, or show fewer with --limit',
    });
  }
  const sheet = new PictureSheet(2 * margin + across, height);
  let top = margin;
  for (const one of placed) {
    await drawSection(sheet, one, top);
    top += one.height + margin;
  }
  await sheet.write(path, option);
}

function placedSection(section: TileSection): Placed {
  const { first, tiles, side, text } = section;
  const left = margin + (first ? firstSide + 2 * gap : 0);
  const columns = Math.max(1, Math.floor((across + margin - left + gap) / (side + gap)));
  const rowHeight = Math.max(...tiles.map(({ picture }) => heightFor(picture, side)), 0) + caption;
  const rows = Math.ceil(tiles.length / columns);
  const firstHeight = first ? heightFor(first.picture, firstSide) + caption : 0;
  const height = heading + line * text.length + gap + Math.max(rows * rowHeight, firstHeight);
  return { section, columns, left, rowHeight, height };
}

/** How high a picture is when it is so wide. */
function heightFor({ width, height }: CanvasPicture, side: number): number {
  return Math.max(1, Math.round((side * height) / width));
}

async function drawSection(sheet: PictureSheet, placed: Placed, top: number): Promise<void> {
  const { section, columns, left, rowHeight } = placed;
  const { title, text, first, tiles, side } = section;
  sheet.text(title, margin, top + 18, { size: 18, bold: true, width: 1.25 * across, colour: palette.ink.light });
  text.forEach((said, i) =>
    sheet.text(said, margin, top + heading + 10 + line * i, {
      size: 13,
      width: 1.25 * across,
      colour: palette.quiet.light,
    }),
  );
  const below = top + heading + line * text.length + gap;
  if (first) await drawTile(sheet, first, margin, below, firstSide);
  for (const [i, tile] of tiles.entries()) {
    await drawTile(sheet, tile, left + (i % columns) * (side + gap), below + Math.floor(i / columns) * rowHeight, side);
  }
}

async function drawTile(
  sheet: PictureSheet,
  { picture, name, note, silent = false }: PictureTile,
  left: number,
  top: number,
  side: number,
): Promise<void> {
  const { default: sharp } = await import('sharp');
  const { width, height, data } = picture;
  const kernel = isCoarse(picture) ? 'nearest' : 'lanczos3';
  const { data: bytes, info } = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(side, heightFor(picture, side), { kernel, fit: 'fill' })
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const shown = silent ? bytes.map((byte) => 255 - 0.35 * (255 - byte)) : bytes;
  sheet.place({ width: info.width, height: info.height, channels: info.channels, data: shown }, left, top);
  const width2 = 1.25 * side;
  sheet.text(name, left, top + info.height + 14, { size: 12, bold: true, width: width2, colour: palette.ink.light });
  sheet.text(note, left, top + info.height + 28, { size: 11, width: width2, colour: palette.quiet.light });
}
