import type { TopLevelSpec } from 'vega-lite';
import type { ChartSpec } from './chartSpec.js';
import type { ReportPicture } from './runResult.js';

/** A vega-lite chart as an SVG document. The drawing library is loaded only here: it is large, and most runs draw once. */
export async function drawChart(spec: ChartSpec): Promise<string> {
  const { compile, parse, View, Warn } = await import('./vega.js');
  const view = new View(parse(compile(spec as object as TopLevelSpec).spec), { renderer: 'none', logLevel: Warn });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Charts as SVG documents, under the same names; an empty text where there is none. */
export async function drawCharts<Name extends string>(
  charts: Readonly<Record<Name, ChartSpec | undefined>>,
): Promise<Record<Name, string>> {
  const drawn: [string, string][] = [];
  for (const [name, spec] of Object.entries<ChartSpec | undefined>(charts))
    drawn.push([name, spec === undefined ? '' : await drawChart(spec)]);
  return Object.fromEntries(drawn) as Record<Name, string>;
}

/** An SVG document as a PNG file, at twice its size for sharp screens. */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
}

/** A picture as a PNG file, made smaller where it is larger than `largest` pixels. */
export async function pictureToPng(picture: ReportPicture, largest = 160): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height } = picture;
  // A picture of two or more than three channels is shown by its first.
  const channels = picture.channels === 3 ? 3 : 1;
  const bytes = new Uint8ClampedArray(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) bytes[i * channels + c] = picture.values[i * picture.channels + c] * 255;
  }
  const image = sharp(bytes, { raw: { width, height, channels } });
  const small = Math.max(width, height) <= largest;
  return (small ? image : image.resize(largest, largest, { fit: 'inside' })).png().toBuffer();
}

/** A file's bytes as an address that needs no request. */
export function dataUri(bytes: Uint8Array, type: string): string {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}`;
}
