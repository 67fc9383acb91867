import { boxOf, type Corners, type Extent, type LabelledBox } from './boxes.js';
import type { ReadAnnotations, Work } from './work.js';

/** A file of an archive: its path, and what it holds. */
export interface ArchivedFile {
  readonly path: string;
  readonly file: Blob;
}

/** Pictures with their boxes as YOLO's folders: `images/`, `labels/` and `data.yaml`. */
export function yoloFiles({ pictures, classNames }: Work): readonly ArchivedFile[] {
  // A list of strings of JSON is one of YAML, too.
  const yaml = `path: .\ntrain: images\nval: images\nnames: ${JSON.stringify(classNames)}\n`;
  return [
    { path: 'data.yaml', file: new Blob([yaml]) },
    ...pictures.flatMap(({ name, blob, boxes, ...extent }) => [
      { path: `images/${name}`, file: blob },
      { path: `labels/${stemOf(name)}.txt`, file: new Blob([boxes.map((one) => yoloLine(one, extent)).join('')]) },
    ]),
  ];
}

/** A box as its class, and its centre and size as shares of the picture. */
export function yoloLine({ label, box: [left, top, right, bottom] }: LabelledBox, { width, height }: Extent): string {
  const shares = [
    (left + right) / 2 / width,
    (top + bottom) / 2 / height,
    (right - left) / width,
    (bottom - top) / height,
  ];
  return `${label} ${shares.map((share) => Number(share.toFixed(6))).join(' ')}\n`;
}

/** Reads the boxes of YOLO's folders; lines that hold none are left out. */
export async function readYolo(files: readonly ArchivedFile[], names: readonly string[]): Promise<ReadAnnotations> {
  const yaml = files.find(({ path }) => /\.ya?ml$/i.test(path));
  const labelled = files.filter(({ path }) => /\.txt$/i.test(path) && /(^|\/)labels\//.test(path));
  const lines = new Map(
    await Promise.all(labelled.map(async ({ path, file }) => [stemOf(path), await file.text()] as const)),
  );
  const boxes = (text: string) => (extent: Extent) =>
    text.split(/\r?\n/).flatMap((line) => yoloBox(line.trim().split(/\s+/).map(Number), extent));
  let most = -1;
  for (const text of lines.values())
    for (const line of text.split(/\r?\n/)) if (line.trim()) most = Math.max(most, parseInt(line) || 0);
  const read = yaml ? yamlNames(await yaml.file.text()) : [];
  const classNames = Array.from({ length: Math.max(read.length, most + 1) }, (_, i) => read[i] ?? `class ${i + 1}`);
  return {
    classNames,
    pointNames: [],
    pictures: new Map(
      names.flatMap((name) => {
        const text = lines.get(stemOf(name));
        return text === undefined ? [] : [[name, boxes(text)] as const];
      }),
    ),
  };
}

/** The classes that a `data.yaml` names: `[a, b]`, a list of lines, or numbers with names. */
export function yamlNames(text: string): readonly string[] {
  const found = /^names:[ \t]*(.*)$((?:\r?\n(?:[ \t]+\S.*|-.*|[ \t]*))*)/m.exec(text);
  if (!found) return [];
  const [, line, block] = found;
  const plain = (word: string): string => word.trim().replace(/^(["'])(.*)\1$/, '$2');
  const inLine = /^\[(.*)\]/.exec(line.trim());
  if (inLine)
    return [...inLine[1].matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([^,\s][^,]*)/g)].map(([, double, single, bare]) =>
      double === undefined ? (single ?? bare.trim()) : (JSON.parse(`"${double}"`) as string),
    );
  const names: string[] = [];
  for (const row of block.split(/\r?\n/)) {
    const item = /^\s*(?:-|(\d{1,4})\s*:)\s*(.+)$/.exec(row);
    if (item) names[item[1] === undefined ? names.length : Number(item[1])] = plain(item[2]);
  }
  return Array.from(names, (name, i) => name ?? `class ${i + 1}`);
}

/** A box of a line: a class and four shares, or a polygon's corners. */
function yoloBox([label, ...shares]: readonly number[], extent: Extent): readonly LabelledBox[] {
  const { width, height } = extent;
  if (shares.length === 4 || shares.length === 5) {
    const [x, y, w, h] = shares;
    return boxOf(label, [(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height], extent);
  }
  if (shares.length < 6 || shares.length % 2 === 1) return [];
  const [xs, ys] = [0, 1].map((odd) => shares.filter((_, i) => i % 2 === odd));
  const corners: Corners = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  return boxOf(label, corners.map((one, i) => one * (i % 2 === 0 ? width : height)) as unknown as Corners, extent);
}

function stemOf(path: string): string {
  return path
    .split('/')
    .at(-1)!
    .replace(/\.[^.]*$/, '');
}
