import { files } from '#platform';
import { escapeMarkup } from '../platform/escapeMarkup.js';
import { formatCount } from '../platform/textTable.js';
import { classColours, type ClassColours } from './classColours.js';
import { formatPercent } from './html.js';
import { sheetFormat } from './pictureSheet.js';
import { palette } from './reportPalette.js';
import { classCounts, isMistake, methodText, qualityTexts, type ProjectedPictures } from './projectedPictures.js';

/** Pixels of the sheet, before it is doubled for sharp screens. */
const width = 1240;
const margin = 28;
const head = 96;
const legendWidth = 220;
const plotWidth = width - legendWidth - 3 * margin;
const least = 560;
const most = 1000;
/** Of a picture's longer side, with its frame, and of the ground between two. */
const side = 34;
const frame = 2.5;
const apart = 3;
/** The radius of a point without a picture. */
const radius = 3;
const lineHeight = 23;

/** Its multiples, without their whole parts, lie evenly between 0 and 1. */
const goldenRatio = 0.618033988749895;
/** How much sooner mistakes get their turn. */
const mistakesTurn = 0.25;

/** Where points stand on the sheet. */
interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly height: number;
}

/**
 * Draws a projection as a picture: pictures at their points, as many as fit without covering each other, in frames of their
 * class's colour; the others as dots. Mistakes have a corner in the colour of the class that they were taken for.
 *
 * @param option what messages call the file: `--output`
 * @throws StriateError when the file cannot be written, or its name ends in no format of pictures.
 */
export async function writeProjectionSheet(path: string, pictures: ProjectedPictures, option: string): Promise<void> {
  const format = sheetFormat(path, option);
  const svg = await projectionSvg(pictures);
  const { default: sharp } = await import('sharp');
  const bytes = await sharp(Buffer.from(svg), { density: 144, unlimited: true }).toFormat(format).toBuffer();
  await files.writeWhole(path, bytes);
}

async function projectionSvg(pictures: ProjectedPictures): Promise<string> {
  const { classNames, labels, predicted } = pictures;
  const counts = classCounts(pictures);
  const colours = classColours(counts.all);
  const lines = legendLines(pictures, counts, colours);
  const places = placesOf(pictures, lines.length * lineHeight + 40);
  const shown = withoutOverlap(pictures, places);
  const hidden = new Set(Array.from(labels, (_, i) => i));
  for (const i of shown) hidden.delete(i);
  const colourOf = (label: number): string => colours.of[label].light;
  const dots = [...hidden].map((i) => {
    const [x, y] = [places.x[i].toFixed(1), places.y[i].toFixed(1)];
    const dot = `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colourOf(labels[i])}"/>`;
    if (!isMistake(pictures, i)) return dot;
    return `${dot}<circle cx="${x}" cy="${y}" r="${radius + 1.5}" fill="none" stroke="${palette.ink.light}" stroke-width="1.2"/>`;
  });
  const tiles: string[] = [];
  for (const i of shown) {
    const tile = await tileOf(pictures, i, places, colourOf(labels[i]));
    tiles.push(isMistake(pictures, i) ? tile + corner(places, i, colourOf(predicted![i])) : tile);
  }
  const { height } = places;
  const title = `${pictures.model} on ${pictures.data}: ${formatCount(labels.length)} pictures by ${methodText(pictures.projection)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif">
<rect width="${width}" height="${height}" fill="${palette.ground.light}"/>
<text x="${margin}" y="42" font-size="22" font-weight="bold" fill="${palette.ink.light}">${escapeMarkup(cut(title, 92))}</text>
<text x="${margin}" y="70" font-size="15" fill="${palette.quiet.light}">${escapeMarkup(qualityTexts(pictures).join(' · '))}</text>
<rect x="${margin}" y="${head}" width="${plotWidth + margin}" height="${height - head - margin}" rx="6" fill="${palette.panel.light}"/>
${axes(pictures, height)}
${dots.join('\n')}
${tiles.join('\n')}
${legendOf(lines, classNames.length)}
</svg>`;
}

/** Points brought onto the sheet, with one scale for both directions, so that distances keep their proportions. */
function placesOf({ projection }: ProjectedPictures, legendHeight: number): Places {
  const { data, shape } = projection.points;
  const [count, columns] = shape;
  const column = (c: number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => (c < columns ? data[i * columns + c] : 0));
  const [x, y] = [column(0), column(1).map((value) => -value)];
  const span = (values: Float64Array): [number, number] => {
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    return [low, values.reduce((a, b) => Math.max(a, b), -Infinity) - low];
  };
  const [[left, wide], [top, high]] = [span(x), span(y)];
  const inner = plotWidth + margin - 2 * side;
  const highest = most - head - margin - 2 * side;
  const scale = Math.min(inner / Math.max(wide, 1e-9), highest / Math.max(high, 1e-9));
  const height = Math.max(least, head + margin + legendHeight, Math.ceil(scale * high) + head + margin + 2 * side);
  const shiftX = margin + side + (inner - scale * wide) / 2;
  const shiftY = head + (height - head - margin - scale * high) / 2;
  return {
    x: x.map((value) => shiftX + scale * (value - left)),
    y: y.map((value) => shiftY + scale * (value - top)),
    height,
  };
}

/** The pictures that are drawn as such, none over another: in an order that is even over the data, mistakes rather than others. */
function withoutOverlap(pictures: ProjectedPictures, { x, y }: Places): number[] {
  const turn = (i: number): number => ((i * goldenRatio) % 1) * (isMistake(pictures, i) ? mistakesTurn : 1);
  const order = Array.from(x.keys()).sort((a, b) => turn(a) - turn(b));
  const step = side + apart;
  const taken = new Map<string, number[]>();
  const shown: number[] = [];
  for (const i of order) {
    const [column, row] = [Math.floor(x[i] / step), Math.floor(y[i] / step)];
    let isFree = true;
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        for (const other of taken.get(`${c} ${r}`) ?? []) {
          if (Math.abs(x[other] - x[i]) < step && Math.abs(y[other] - y[i]) < step) isFree = false;
        }
      }
    }
    if (!isFree) continue;
    shown.push(i);
    const key = `${column} ${row}`;
    taken.set(key, [...(taken.get(key) ?? []), i]);
  }
  return shown;
}

async function tileOf({ tiles }: ProjectedPictures, i: number, places: Places, colour: string): Promise<string> {
  const scale = (side - 2 * frame) / Math.max(tiles.width, tiles.height);
  const [wide, high] = [tiles.width * scale, tiles.height * scale];
  const [left, top] = [places.x[i] - wide / 2, places.y[i] - high / 2];
  const outer = `x="${(left - frame).toFixed(1)}" y="${(top - frame).toFixed(1)}" width="${wide + 2 * frame}" height="${high + 2 * frame}"`;
  const size = `x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${wide}" height="${high}"`;
  return `<rect ${outer} rx="2" fill="${colour}"/><image ${size} href="${await tiles.uri(i)}"/>`;
}

/** The mark of a mistake at a picture's upper right. */
function corner({ x, y }: Places, i: number, colour: string): string {
  const [right, top] = [x[i] + side / 2, y[i] - side / 2];
  const points = `${right + 2},${top - 2} ${right - 13},${top - 2} ${right + 2},${top + 13}`;
  return `<polygon points="${points}" fill="${colour}" stroke="${palette.ground.light}" stroke-width="1.5"/>`;
}

/** Of principal components: which they are, and what they explain. */
function axes({ projection }: ProjectedPictures, height: number): string {
  const ratios = projection.explainedVarianceRatio;
  if (!ratios) return '';
  const look = `font-size="13" fill="${palette.quiet.light}" text-anchor="end"`;
  const text = (c: number): string => `component ${c + 1}: ${formatPercent(ratios[c] ?? 0)} of the variance`;
  const below = `<text x="${plotWidth + 2 * margin - 10}" y="${height - margin - 9}" ${look}>${text(0)} →</text>`;
  const up = `transform="translate(${margin + 17},${head + 10}) rotate(-90)"`;
  return `${below}<text ${up} ${look}>${text(1)} →</text>`;
}

interface LegendLine {
  readonly text: string;
  /** At the other end of the line. */
  readonly counted: string;
  readonly mark: string;
}

function legendLines(
  pictures: ProjectedPictures,
  { all, wrong }: ReturnType<typeof classCounts>,
  { of, sharing }: ClassColours,
): LegendLine[] {
  const named = pictures.classNames
    .map((name, label) => ({ name, label }))
    .filter(({ label }) => all[label] > 0 && of[label] !== palette.quiet);
  const lines = named.map(({ name, label }) => ({
    text: cut(name, 14),
    counted:
      wrong[label] > 0 ? `${formatCount(wrong[label])} of ${formatCount(all[label])} wrong` : formatCount(all[label]),
    mark: `<rect width="13" height="13" rx="2" fill="${of[label].light}"/>`,
  }));
  if (sharing > 0) {
    lines.push({
      text: `${sharing} other classes`,
      counted: '',
      mark: `<rect width="13" height="13" rx="2" fill="${palette.quiet.light}"/>`,
    });
  }
  if (wrong.some((count) => count > 0)) {
    lines.push({
      text: 'corner: taken for this',
      counted: '',
      mark: `<rect width="13" height="13" rx="2" fill="${palette.rule.light}"/><polygon points="15,-2 3,-2 15,10" fill="${palette.ink.light}"/>`,
    });
  }
  return lines;
}

function legendOf(lines: readonly LegendLine[], classes: number): string {
  const left = plotWidth + 3 * margin - 6;
  const drawn = lines.map(({ text, counted, mark }, i) => {
    const top = head + 34 + i * lineHeight;
    return `<g transform="translate(${left},${top - 12})">${mark}</g><text x="${left + 22}" y="${top}" font-size="14" fill="${palette.ink.light}">${escapeMarkup(text)}</text>
<text x="${width - margin}" y="${top}" font-size="13" text-anchor="end" fill="${palette.quiet.light}">${counted}</text>`;
  });
  const title = `${formatCount(classes)} ${classes === 1 ? 'class' : 'classes'}`;
  return `<text x="${left}" y="${head + 8}" font-size="14" font-weight="bold" fill="${palette.quiet.light}">${title}</text>\n${drawn.join('\n')}`;
}

function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
