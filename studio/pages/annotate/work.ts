import type { Keypoint } from 'striate';
import type { LearnKind } from './learnKinds.js';
import type { Extent, LabelledBox } from './boxes.js';

/** A picture and what is drawn in it. */
export interface AnnotatedFile extends Extent {
  /** Made of its bytes. */
  readonly hash: string;
  /** What its file is called; no two are called alike. */
  readonly name: string;
  readonly blob: Blob;
  /** Where it stands among the others. */
  readonly order: number;
  /** Of the studio's own, which go when pictures of one's own come. */
  readonly example?: boolean;
  readonly boxes: readonly LabelledBox[];
}

/** All that was drawn: pictures, and what the classes are called. */
export interface Work {
  readonly pictures: readonly AnnotatedFile[];
  readonly classNames: readonly string[];
  /** What the points of a thing are called. */
  readonly pointNames: readonly string[];
}

/** Which pictures each kind of model learns from: those without a thing may not have been looked at yet. */
export const teaching = {
  boxes: ({ boxes }) => boxes.length > 0,
  masks: ({ boxes }) => boxes.some(({ mask }) => mask),
  // What finds points finds those of one thing.
  points: ({ boxes }) => boxes.filter(({ points }) => points?.some(([, , seen]) => seen > 0)).length === 1,
} as const satisfies Readonly<Record<LearnKind, (picture: AnnotatedFile) => boolean>>;

/** Work with a picture's boxes changed. */
export function withBoxes(work: Work, hash: string, boxes: readonly LabelledBox[]): Work {
  return { ...work, pictures: work.pictures.map((one) => (one.hash === hash ? { ...one, boxes } : one)) };
}

/** Work without a class; its boxes go with it. */
export function withoutClass({ pictures, classNames, pointNames }: Work, label: number): Work {
  return {
    pointNames,
    classNames: classNames.filter((_, i) => i !== label),
    pictures: pictures.map((picture) => {
      if (!picture.boxes.some((one) => one.label >= label)) return picture;
      const boxes = picture.boxes
        .filter((one) => one.label !== label)
        .map((one) => (one.label > label ? { ...one, label: one.label - 1 } : one));
      return { ...picture, boxes };
    }),
  };
}

/** Work with more pictures: those that are there already stay as they are, examples go. */
export function withPictures(work: Work, added: readonly Omit<AnnotatedFile, 'order'>[]): Work {
  const before = work.pictures.filter(({ example }) => !example);
  const hashes = new Set(before.map(({ hash }) => hash));
  const names = new Set(before.map(({ name }) => name));
  let order = Math.max(0, ...before.map((one) => one.order));
  const fresh: AnnotatedFile[] = [];
  for (const one of added) {
    if (hashes.has(one.hash)) continue;
    hashes.add(one.hash);
    const name = freeName(one.name, names);
    names.add(name);
    fresh.push({ ...one, name, order: ++order });
  }
  return { ...work, pictures: [...before, ...fresh] };
}

/** A name that none of others is: `cat.jpg`, `cat-2.jpg`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${stem}-${i}${end}`;
  return free;
}

/** What a file says of pictures: things by the pictures' names. */
export interface ReadAnnotations {
  readonly classNames: readonly string[];
  readonly pointNames: readonly string[];
  readonly pictures: ReadonlyMap<string, (extent: Extent) => readonly LabelledBox[]>;
}

/** Work with the annotations of a file, which take the place of what its pictures had; `unknown` are pictures that are not here. */
export function withAnnotations(work: Work, read: ReadAnnotations): { readonly work: Work; readonly unknown: number } {
  const things = work.pictures.flatMap(({ boxes }) => boxes);
  const classes = joined(things.length > 0 ? work.classNames : [], read.classNames);
  const isPlaced = things.some(({ points }) => points) || read.pointNames.length === 0;
  const points = joined(isPlaced ? work.pointNames : [], read.pointNames);
  let unknown = read.pictures.size;
  const pictures = work.pictures.map((picture) => {
    const boxes = read.pictures.get(picture.name)?.(picture);
    if (!boxes) return picture;
    unknown--;
    return {
      ...picture,
      boxes: boxes.map((one) => ({
        ...one,
        label: classes.places[one.label],
        ...(one.points && { points: placedPoints(one.points, points) }),
      })),
    };
  });
  return { work: { pictures, classNames: classes.names, pointNames: points.names }, unknown };
}

/** Names with others behind them that are not there yet, and where the others came to stand. */
function joined(
  names: readonly string[],
  others: readonly string[],
): { readonly names: readonly string[]; readonly places: readonly number[] } {
  const all = [...names];
  const places = others.map((name) => (all.includes(name) ? all.indexOf(name) : all.push(name) - 1));
  return { names: all, places };
}

/** A file's points in the order of the work's names. */
function placedPoints(points: readonly Keypoint[], { names, places }: ReturnType<typeof joined>): readonly Keypoint[] {
  const out = names.map((): Keypoint => [0, 0, 0]);
  points.forEach((point, i) => {
    if (i < places.length) out[places[i]] = point;
  });
  return out;
}

/** Work without a point; the others keep their places. */
export function withoutPoint({ pictures, classNames, pointNames }: Work, point: number): Work {
  return {
    classNames,
    pointNames: pointNames.toSpliced(point, 1),
    pictures: pictures.map((picture) => {
      if (!picture.boxes.some(({ points }) => points)) return picture;
      const boxes = picture.boxes.map((one) => (one.points ? { ...one, points: one.points.toSpliced(point, 1) } : one));
      return { ...picture, boxes };
    }),
  };
}
