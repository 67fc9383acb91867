import type { LabelMap } from '../../measures/evaluateSegmentation.js';
import { RunLengthMask } from '../../geometry/runLengthMask.js';
import { folderOf, nameOf, partOf, stemOf, type AnnotatedPart, type PictureFinder } from './annotationFiles.js';
import type { AnnotationProblems } from './annotationProblems.js';
import { isCoco, readCocoJson } from './cocoJson.js';
import { isLabelme, readLabelmeJson } from './labelmeJson.js';
import { readLabelPng } from './labelPng.node.js';
import type { WrittenPicture, WrittenThing } from './soundAnnotations.js';
import { fromFirstPixel, isVoc, readVocXml } from './vocXml.js';
import { readYoloText, readYoloYaml, type YoloSet } from './yoloText.js';

/** A folder whose annotations are looked for. */
interface Folder {
  /** All files, from the folder on. */
  readonly paths: readonly string[];
  readonly pictures: readonly string[];
  readonly finder: PictureFinder;
  text(path: string): Promise<string>;
  bytes(path: string): Promise<Uint8Array>;
  readonly problems: AnnotationProblems;
}

/** A picture that annotations name. */
export interface FoundPicture extends WrittenPicture {
  /** Where it is; undefined where it is not. */
  readonly path: string | undefined;
  /** What names it. */
  readonly where: string;
  readonly part: AnnotatedPart | undefined;
  /** Pixels of which nobody knows what they show. */
  readonly ignored?: RunLengthMask | undefined;
}

/** What a folder's annotations came to. */
interface Found {
  readonly classNames: readonly string[];
  readonly pointNames: readonly string[];
  readonly pictures: readonly FoundPicture[];
}

/** A format, and how it is read; undefined where a folder has none of it. */
interface AnnotationFormat {
  readonly format: string;
  readonly read: (folder: Folder) => Promise<Found | undefined>;
}

const endingIn = (folder: Folder, ending: string): readonly string[] =>
  folder.paths.filter((path) => path.toLowerCase().endsWith(ending));

/** The lines of a file that are not empty, without the space around them. */
async function linesOf(folder: Folder, path: string): Promise<readonly string[]> {
  const lines = (await folder.text(path)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter(Boolean);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The content of a JSON file; undefined where it is none. */
async function jsonOf(folder: Folder, path: string): Promise<unknown> {
  const text = await folder.text(path);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Python writes numbers that are none, which JSON does not have.
    const numbers = text.replace(/(?<=[[,:\s])-?(NaN|Infinity)(?=[\],}\s])/g, 'null');
    const mended = numbers === text ? undefined : parsed(numbers);
    if (mended !== undefined) return mended;
    // Several formats are JSON.
    const told = folder.problems.list.some(({ where }) => where === path);
    if (!told) folder.problems.add('damaged', path, String(error).split('\n')[0]);
    return undefined;
  }
}

/** Things with the numbers of their classes, which are named here for the first time, in the order of the alphabet. */
function numbered(pictures: readonly FoundPicture[]): Found {
  const names = new Set(
    pictures.flatMap(({ things }) => things.filter(({ label }) => label >= 0).map(({ className }) => className)),
  );
  const classNames = [...names].sort();
  const labelled = (thing: WrittenThing): WrittenThing =>
    thing.label < 0 ? thing : { ...thing, label: classNames.indexOf(thing.className) };
  return {
    classNames,
    pointNames: [],
    pictures: pictures.map((picture) => ({ ...picture, things: picture.things.map(labelled) })),
  };
}

async function readCoco(folder: Folder): Promise<Found | undefined> {
  const pictures: FoundPicture[] = [];
  let classNames: string[] = [];
  let pointNames: readonly string[] = [];
  for (const path of endingIn(folder, '.json')) {
    const content = await jsonOf(folder, path);
    if (!isCoco(content)) continue;
    const own = readCocoJson(content, path, folder.problems);
    if (own.pointNames.length > 0) pointNames = own.pointNames;
    classNames = [...new Set([...classNames, ...own.classNames])];
    for (const picture of own.pictures) {
      // Files for the parts of a set may list its classes in different orders.
      const things = picture.things.map((thing) => ({
        ...thing,
        label: thing.label < 0 ? -1 : classNames.indexOf(own.classNames[thing.label]),
      }));
      const at = folder.finder.find(picture.file, path);
      pictures.push({ ...picture, things, path: at, where: path, part: partOf(path) ?? partOf(at ?? '') });
    }
  }
  return pictures.length > 0 ? { classNames, pointNames, pictures } : undefined;
}

async function readVoc(folder: Folder): Promise<Found | undefined> {
  const read: { picture: FoundPicture; fromZero: boolean }[] = [];
  const parts = new Map<string, AnnotatedPart>();
  for (const path of endingIn(folder, '.txt').filter((one) => /(^|\/)ImageSets\//.test(one))) {
    const part = { train: 'train', val: 'validation', test: 'test' }[nameOf(stemOf(path))] as AnnotatedPart | undefined;
    if (!part) continue;
    for (const line of await linesOf(folder, path)) parts.set(line.split(/\s+/)[0], part);
  }
  for (const path of endingIn(folder, '.xml')) {
    const text = await folder.text(path);
    const own = isVoc(text) ? await readVocXml(text, path, folder.problems) : undefined;
    if (!own) continue;
    const at = folder.finder.find(own.picture.file, path);
    const part = parts.get(nameOf(stemOf(path))) ?? partOf(path);
    read.push({ picture: { ...own.picture, path: at, where: path, part }, fromZero: own.fromZero });
  }
  if (read.length === 0) return undefined;
  const fromZero = read.some((one) => one.fromZero);
  return numbered(read.map(({ picture }) => (fromZero ? picture : fromFirstPixel(picture))));
}

async function readLabelme(folder: Folder): Promise<Found | undefined> {
  const pictures: FoundPicture[] = [];
  for (const path of endingIn(folder, '.json')) {
    const content = await jsonOf(folder, path);
    if (!isLabelme(content)) continue;
    const picture = readLabelmeJson(content, path, folder.problems);
    pictures.push({ ...picture, path: folder.finder.find(picture.file, path), where: path, part: partOf(path) });
  }
  return pictures.length > 0 ? numbered(pictures) : undefined;
}

/** What a folder in YOLO's format says of itself: in a `data.yaml`, or a list of names alone. */
async function yoloSet(folder: Folder): Promise<YoloSet | undefined> {
  for (const path of folder.paths.filter((one) => /\.ya?ml$/i.test(one))) {
    const text = await folder.text(path);
    if (/^\s*names\s*:/m.test(text)) return readYoloYaml(text, path);
  }
  const names = folder.paths.find((path) => /(^|\/)(classes\.txt|[^/]*\.names)$/i.test(path));
  if (names === undefined) return undefined;
  return { classNames: await linesOf(folder, names), points: [0, 0], parts: {} };
}

async function readYolo(folder: Folder): Promise<Found | undefined> {
  const set = await yoloSet(folder);
  if (!set) return undefined;
  const texts = new Map(endingIn(folder, '.txt').map((path) => [path, stemOf(path)]));
  const stems = new Set(texts.values());
  const parts = await yoloParts(folder, set);
  const pictures: FoundPicture[] = [];
  const used = new Set<string>();
  for (const path of folder.pictures) {
    // In a folder `labels` beside `images`, or beside the picture itself.
    const stem = [stemOf(path).replace(/(^|\/)images(?=\/)/, '$1labels'), stemOf(path)].find((one) => stems.has(one));
    if (stem !== undefined) used.add(stem);
    const things =
      stem === undefined ? [] : readYoloText(await folder.text(`${stem}.txt`), `${stem}.txt`, set, folder.problems);
    pictures.push({ file: path, path, where: path, part: parts(path) ?? partOf(path), things });
  }
  for (const [path, stem] of texts) {
    const ofLabels = /(^|\/)(labels|obj_[^/]*_data)\//.test(path);
    if (ofLabels && !used.has(stem)) {
      pictures.push({ file: nameOf(stem), path: undefined, where: path, part: undefined, things: [] });
    }
  }
  const pointNames = Array.from({ length: set.points[0] }, (_, i) => String(i));
  return used.size > 0 ? { classNames: set.classNames, pointNames, pictures } : undefined;
}

/** The part of a picture by the folders and lists that a `data.yaml` names. */
async function yoloParts(folder: Folder, { parts }: YoloSet): Promise<(path: string) => AnnotatedPart | undefined> {
  const places: { place: string; part: AnnotatedPart }[] = [];
  const files = new Map<string, AnnotatedPart>();
  for (const [name, written] of Object.entries(parts)) {
    const part = name === 'val' ? 'validation' : (name as AnnotatedPart);
    for (const one of written) {
      const place = one.replace(/^(\.{0,2}\/)+/, '').replace(/\/$/, '');
      const list = place.endsWith('.txt')
        ? folder.paths.find((path) => path === place || path.endsWith(`/${place}`))
        : undefined;
      if (list === undefined) places.push({ place, part });
      else for (const line of await linesOf(folder, list)) files.set(nameOf(line), part);
    }
  }
  return (path) =>
    files.get(nameOf(path)) ?? places.find(({ place }) => `/${folderOf(path)}/`.includes(`/${place}/`))?.part;
}

/** Folders that hold masks, by their names. */
const maskFolders = /(^|\/)(masks?|labels?|annotations?|segmentations?|SegmentationClass(Raw)?|gt(Fine)?)(?=\/)/i;

async function readMasks(folder: Folder): Promise<Found | undefined> {
  const masks = folder.pictures.filter((path) => /\.png$/i.test(path) && maskFolders.test(path));
  const others = folder.pictures.filter((path) => !maskFolders.test(path));
  const byStem = new Map(others.map((path) => [nameOf(stemOf(path)), path]));
  const names = folder.paths.find((path) => /(^|\/)(classes|labels|labelmap)\.txt$/i.test(path));
  // The first name is the ground's; CVAT writes colours behind names, and comments.
  const lines = names === undefined ? [] : (await linesOf(folder, names)).filter((line) => !line.startsWith('#'));
  const classNames = lines.map((line) => line.split(':')[0]).slice(1);
  const maps = new Map<string, LabelMap>();
  for (const path of masks) {
    const map = readLabelPng(await folder.bytes(path));
    if (typeof map === 'string') folder.problems.add('damaged', path, map);
    else maps.set(path, map);
  }
  // Masks of one thing are painted in white.
  const painted = [...maps.values()].every(({ data }) => data.every((value) => value === 0 || value === 255));
  const pictures: FoundPicture[] = [];
  for (const [path, map] of maps) {
    const stem = nameOf(stemOf(path));
    const at = byStem.get(stem) ?? byStem.get(stem.replace(/[_-]?(mask|label|labelIds|labelTrainIds|gt)s?$/i, ''));
    const { height, width } = map;
    const data = painted ? map.data.map((value) => Number(value > 0)) : map.data;
    const values = [...new Set(data)].filter((value) => value !== 0).sort((a, b) => a - b);
    const maskOf = (value: number): RunLengthMask =>
      RunLengthMask.fromArray(
        data.map((own) => Number(own === value)),
        height,
        width,
      );
    const things = values
      .filter((value) => value !== 255)
      .map((value): WrittenThing => {
        while (names === undefined && classNames.length < value) classNames.push(String(classNames.length + 1));
        const label = value <= classNames.length ? value - 1 : -1;
        return { where: `${path}, value ${value}`, label, className: String(value), mask: maskOf(value) };
      });
    const ignored = values.includes(255) ? maskOf(255) : undefined;
    pictures.push({ file: stem, path: at, where: path, part: partOf(path), size: { height, width }, things, ignored });
  }
  return pictures.length > 0 ? { classNames, pointNames: [], pictures } : undefined;
}

/** The formats, in the order in which they are looked for. */
export const annotationFormats: readonly AnnotationFormat[] = [
  { format: 'COCO', read: readCoco },
  { format: 'Pascal VOC', read: readVoc },
  { format: 'LabelMe', read: readLabelme },
  { format: 'YOLO', read: readYolo },
  { format: 'masks', read: readMasks },
];
