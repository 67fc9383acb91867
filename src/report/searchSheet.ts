import { palette } from './reportPalette.js';
import { PictureSheet } from './pictureSheet.js';
import type { SearchResult } from './searchPage.js';
import { thumbnail } from './thumbnail.js';

/** Pixels of a picture's side, between pictures, between a query and what it found, and of the lines below a picture. */
const side = 150;
const gap = 10;
const margin = 16;
const apart = 22;
const textHeight = 40;

/** A file of pictures with more pixels a side than this is shown by no program. */
const highest = 16_000;

/**
 * Draws each query and what it found into one picture: a row for each, the query first in a frame, then its neighbours with
 * similarity, label and name.
 *
 * @throws StriateError when the file cannot be written.
 */
export async function writeSearchSheet(path: string, results: readonly SearchResult[]): Promise<void> {
  const most = Math.max(...results.map(({ neighbours }) => neighbours.length));
  const rowHeight = side + textHeight + gap;
  const rows = results.slice(0, Math.floor((highest - 2 * margin) / rowHeight));
  const columns = Math.min(most, Math.floor((highest - 2 * margin - side - apart) / (side + gap)));
  const left = (column: number): number => margin + side + apart + column * (side + gap);
  const sheet = new PictureSheet(left(columns) - gap + margin, rows.length * rowHeight - gap + 2 * margin);
  for (const [row, { picture, neighbours }] of rows.entries()) {
    const top = margin + row * rowHeight;
    await place(sheet, picture, margin, top);
    sheet.frame(margin, top, side, side, palette.validation.light);
    const below = top + side + 16;
    sheet.text('looked for', margin, below, { size: 13, bold: true, width: side, colour: palette.validation.light });
    sheet.text(picture, margin, below + 16, { size: 12, width: side, cut: 'start', colour: palette.quiet.light });
    for (const [column, { path: file, name, label, similarity }] of neighbours.slice(0, columns).entries()) {
      await place(sheet, file, left(column), top);
      const caption = [similarity.toFixed(3), ...(label === undefined ? [] : [label])].join(' ');
      sheet.text(caption, left(column), below, { size: 13, bold: true, width: side, colour: palette.ink.light });
      const small = { size: 12, width: side, cut: 'start', colour: palette.quiet.light } as const;
      sheet.text(name, left(column), below + 16, small);
    }
  }
  await sheet.write(path, '--sheet');
}

/** Puts a picture into the middle of its place; where it cannot be read any more, says so. */
async function place(sheet: PictureSheet, file: string, left: number, top: number): Promise<void> {
  const ground = { width: side, height: side, channels: 1, data: new Uint8Array(side * side).fill(0xf2) };
  sheet.place(ground, left, top);
  const picture = await thumbnail(file, side);
  if (picture) {
    const [x, y] = [(side - picture.width) >> 1, (side - picture.height) >> 1];
    sheet.place(picture, left + x, top + y);
  } else {
    sheet.text('not found any more', left + 14, top + side / 2, { size: 13, colour: palette.quiet.light });
  }
}
