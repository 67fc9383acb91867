import { legend, type CanvasPicture, type Explanation } from '../explain/index.js';
import { captionOf, viewsOf, type ExplainedFile } from './explainedFile.js';
import { PictureSheet, sheetFormat } from './pictureSheet.js';
import { palette } from './reportPalette.js';

/** Pixels of a picture's longer side where few are side by side, and where many are. */
const sides = { few: 420, many: 300 } as const;
/** Pictures in a row: as many are few, and never more than the other. */
const inRow = { few: 3, many: 5 } as const;

/** Pixels between pictures, around all, and of the lines below a picture. */
const gap = 20;
const margin = 24;
const textHeight = 104;
const barHeight = 10;
/** Pixels that a caption needs, however small the picture is. */
const narrowest = 240;

/** A file of pictures with more pixels a side than this is shown by no program. */
const highest = 16_000;

interface Cell {
  readonly picture: CanvasPicture;
  /** Undefined for the photo by itself. */
  readonly explanation: Explanation | undefined;
  readonly name: string;
}

/** Photos with their explanations side by side, in one picture: each with what it is about, how it was made, and a legend. */
export class ExplanationSheet {
  private readonly rows: (readonly Cell[])[] = [];
  private height = 2 * margin - gap;
  private side: number | undefined;

  /** @throws StriateError when the file's name ends in no format of pictures. */
  constructor(private readonly path: string) {
    sheetFormat(path, '--output');
  }

  /** Adds a photo; false where the sheet has no more room. */
  async add(file: ExplainedFile): Promise<boolean> {
    const count = file.explanations.length + 1;
    this.side ??= count <= inRow.few ? sides.few : sides.many;
    const { photo, over } = await viewsOf(file, this.side);
    const cells: Cell[] = [{ picture: photo, explanation: undefined, name: file.picture }];
    for (const explanation of file.explanations) {
      cells.push({ picture: over(explanation), explanation, name: file.picture });
    }
    const rows = Array.from({ length: Math.ceil(count / inRow.many) }, (_, i) =>
      cells.slice(i * inRow.many, (i + 1) * inRow.many),
    );
    const height = rows.reduce((sum, row) => sum + rowHeight(row), 0);
    if (this.rows.length > 0 && this.height + height > highest) return false;
    this.height += height;
    this.rows.push(...rows);
    return true;
  }

  /** @throws StriateError when the file cannot be written. */
  async write(): Promise<void> {
    const { rows, height } = this;
    const side = Math.max(narrowest, ...rows.flatMap((row) => row.map(({ picture }) => picture.width)));
    const columns = Math.max(...rows.map(({ length }) => length));
    const sheet = new PictureSheet(2 * margin - gap + columns * (side + gap), height);
    let top = margin;
    for (const row of rows) {
      row.forEach((cell, column) => drawCell(sheet, cell, margin + column * (side + gap), top, side));
      top += rowHeight(row);
    }
    await sheet.write(this.path, '--output');
  }
}

function rowHeight(row: readonly Cell[]): number {
  return Math.max(...row.map(({ picture }) => picture.height)) + textHeight + gap;
}

function drawCell(
  sheet: PictureSheet,
  { picture, explanation, name }: Cell,
  left: number,
  top: number,
  side: number,
): void {
  sheet.place({ ...picture, channels: 4 }, left, top);
  const line = (row: number): number => top + picture.height + 20 + 18 * row;
  // Lines are measured as if of wide letters; as long as these they end at the picture's.
  const width = 1.25 * side;
  const quiet = { size: 12, width, colour: palette.quiet.light } as const;
  if (!explanation) {
    sheet.text(name, left, line(0), { ...quiet, size: 14, cut: 'start' });
    return;
  }
  const { target, probability, by, reading } = captionOf(explanation);
  const heading = probability === '' ? target : `${target} · ${probability}`;
  sheet.text(heading, left, line(0), { size: 15, bold: true, width, colour: palette.ink.light });
  sheet.text(by, left, line(1), quiet);
  const { bar, ticks } = legend(explanation, { width: picture.width, height: barHeight });
  sheet.place({ ...bar, channels: 4 }, left, line(1) + 10);
  for (const { at, text } of ticks) {
    const align = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
    sheet.text(text, left + at * bar.width, line(3) - 1, { ...quiet, align });
  }
  sheet.text(reading, left, line(4) - 1, quiet);
}
