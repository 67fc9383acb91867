import { files } from '#platform';
import { StriateError } from '../tensor/index.js';

/** Bytes of a picture, rows from the top; one channel is grey, more than three are shown by their first three. */
export interface SheetPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** height × width × channels */
  readonly data: ArrayLike<number>;
}

/** How a line of text looks. */
export interface SheetText {
  /** 14 by default. */
  readonly size?: number;
  /** Black by default. */
  readonly colour?: string;
  readonly bold?: boolean;
  /** The line is cut to this many pixels. */
  readonly width?: number;
  /** Which end of the line stands at its place; its start by default. */
  readonly align?: 'start' | 'middle' | 'end';
  /** What is cut off a line that is too long; its end by default. A path's end says more than its beginning. */
  readonly cut?: 'start' | 'end';
}

/** A character of a sans-serif font is about this wide, as a share of the font's size. */
const characterWidth = 0.6;

/** The formats of sheets by what file names end in. */
const formats = {
  png: 'png',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  webp: 'webp',
  avif: 'avif',
  tif: 'tiff',
  tiff: 'tiff',
} as const;

/**
 * The format that a sheet's file name ends in.
 *
 * @param option what messages call the file: `--output`
 * @throws StriateError when it ends in no format of pictures.
 */
export function sheetFormat(path: string, option: string): (typeof formats)[keyof typeof formats] {
  const extension = /\.(\w+)$/.exec(path)?.[1].toLowerCase() ?? '';
  if (Object.hasOwn(formats, extension)) return formats[extension as keyof typeof formats];
  throw new StriateError({ where: `${option} ${path}`, rule: 'must end in .png, .jpg, .webp, .avif or .tif' });
}

/** One large picture with pictures and lines of text on white ground. */
export class PictureSheet {
  private readonly pixels: Uint8Array;
  private readonly drawn: string[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8Array(width * height * 3).fill(255);
  }

  /** Puts a picture's upper left corner at a place; what reaches over the sheet's border is left out. */
  place({ width, height, channels, data }: SheetPicture, left: number, top: number): void {
    for (let y = 0; y < Math.min(height, this.height - top); y++) {
      for (let x = 0; x < Math.min(width, this.width - left); x++) {
        const to = ((top + y) * this.width + left + x) * 3;
        const from = (y * width + x) * channels;
        for (let c = 0; c < 3; c++) this.pixels[to + c] = data[from + (channels < 3 ? 0 : c)];
      }
    }
  }

  /** Writes a line of text, its baseline beginning at a place. */
  text(text: string, left: number, baseline: number, look: SheetText = {}): void {
    const { size = 14, colour = '#000000', bold = false, width, cut = 'end', align = 'start' } = look;
    const room = width === undefined ? Infinity : Math.max(1, Math.floor(width / (size * characterWidth)));
    const font = `font-family="sans-serif" font-size="${size}"${bold ? ' font-weight="bold"' : ''} text-anchor="${align}"`;
    this.drawn.push(
      `<text x="${left}" y="${baseline}" fill="${colour}" ${font}>${escaped(shortened(text, room, cut))}</text>`,
    );
  }

  /** Draws a frame around a place. */
  frame(left: number, top: number, width: number, height: number, colour: string): void {
    const place = `x="${left - 1}" y="${top - 1}" width="${width + 2}" height="${height + 2}"`;
    this.drawn.push(`<rect ${place} fill="none" stroke="${colour}" stroke-width="2"/>`);
  }

  /** Draws a small disc around a place. */
  dot(x: number, y: number, fill: string, stroke: string): void {
    this.drawn.push(`<circle cx="${x}" cy="${y}" r="2.5" fill="${fill}" stroke="${stroke}"/>`);
  }

  /**
   * Writes the sheet in the format that the file's name ends in.
   *
   * @param option what messages call the file: `--output`
   * @throws StriateError when the file cannot be written, or its name ends in no format of pictures.
   */
  async write(path: string, option: string): Promise<void> {
    const { width, height, drawn } = this;
    const format = sheetFormat(path, option);
    const { default: sharp } = await import('sharp');
    const over = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`;
    let bytes: Uint8Array;
    try {
      bytes = await sharp(this.pixels, { raw: { width, height, channels: 3 } })
        .composite([{ input: Buffer.from(over), top: 0, left: 0 }])
        .toFormat(format)
        .toBuffer();
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
      throw new StriateError({
        where: `${option} ${path}`,
        rule: `a sheet of ${width}×${height} pixels cannot be made: ${reason}`,
        advice: 'show fewer or smaller pictures',
      });
    }
    await files.writeWhole(path, bytes);
  }
}

function shortened(text: string, room: number, cut: 'start' | 'end'): string {
  const characters = Array.from(text);
  if (characters.length <= room) return text;
  return cut === 'end'
    ? `${characters.slice(0, room - 1).join('')}…`
    : `…${characters.slice(characters.length - room + 1).join('')}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\p{Cc}/gu, '');
}
