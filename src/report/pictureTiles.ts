import type { SmallPictures } from './projectedPictures.js';
import type { ReportPicture } from './runResult.js';
import { dataUri } from './draw.js';

/** Pictures of one size, made small, in one block of bytes: thousands of them fit into a page. */
export class PictureTiles implements SmallPictures {
  /** Pixels of a tile. */
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel of each tile. */
  private readonly bytes: Uint8Array;

  /**
   * @param count how many pictures there will be
   * @param picture [H, W, C] of the pictures
   * @param side pixels of a tile's longer side; pictures that are smaller stay as they are
   */
  constructor(
    readonly count: number,
    [height, width]: readonly number[],
    side: number,
  ) {
    const scale = Math.min(1, side / Math.max(height, width));
    this.width = Math.max(1, Math.round(width * scale));
    this.height = Math.max(1, Math.round(height * scale));
    this.bytes = new Uint8Array(count * this.width * this.height * 3);
  }

  /** Makes a picture small, each pixel the mean of those that it stands for. */
  set(place: number, { height, width, channels, values }: ReportPicture): void {
    const { bytes } = this;
    let to = place * this.width * this.height * 3;
    for (let row = 0; row < this.height; row++) {
      const [top, bottom] = part(row, this.height, height);
      for (let column = 0; column < this.width; column++) {
        const [left, right] = part(column, this.width, width);
        for (let c = 0; c < 3; c++) {
          const channel = channels < 3 ? 0 : c;
          let sum = 0;
          for (let y = top; y < bottom; y++) {
            for (let x = left; x < right; x++) sum += values[(y * width + x) * channels + channel];
          }
          const mean = sum / ((bottom - top) * (right - left));
          bytes[to++] = Math.round(255 * Math.min(1, Math.max(0, mean)));
        }
      }
    }
  }

  /** A tile as an address that needs no request. */
  async uri(place: number): Promise<string> {
    const { default: sharp } = await import('sharp');
    const { width, height } = this;
    const size = width * height * 3;
    const raw = { width, height, channels: 3 } as const;
    const png = await sharp(this.bytes.subarray(place * size, (place + 1) * size), { raw })
      .png()
      .toBuffer();
    return dataUri(png, 'image/png');
  }

  /** All tiles as one picture, row by row, and how many are in a row. */
  async sheet(): Promise<{ readonly uri: string; readonly columns: number }> {
    const { default: sharp } = await import('sharp');
    const { count, width, height, bytes } = this;
    const columns = Math.max(1, Math.ceil(Math.sqrt((count * height) / width)));
    const rows = Math.ceil(count / columns);
    const line = width * 3;
    const all = new Uint8Array(columns * line * rows * height).fill(255);
    for (let place = 0; place < count; place++) {
      const left = (place % columns) * line;
      const top = Math.floor(place / columns) * height;
      for (let y = 0; y < height; y++) {
        const from = (place * height + y) * line;
        all.set(bytes.subarray(from, from + line), (top + y) * columns * line + left);
      }
    }
    const raw = { width: columns * width, height: rows * height, channels: 3 } as const;
    const jpeg = await sharp(all, { raw }).jpeg({ quality: 78, mozjpeg: false }).toBuffer();
    return { uri: dataUri(jpeg, 'image/jpeg'), columns };
  }
}

/** The pixels that the one at `place` of `few` stands for among `many`; at least one. */
function part(place: number, few: number, many: number): [number, number] {
  const first = Math.floor((place * many) / few);
  return [first, Math.max(first + 1, Math.floor(((place + 1) * many) / few))];
}
