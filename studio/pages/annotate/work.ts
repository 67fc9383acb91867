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
}

/** Work with a picture's boxes changed. */
export function withBoxes(work: Work, hash: string, boxes: readonly LabelledBox[]): Work {
  return { ...work, pictures: work.pictures.map((one) => (one.hash === hash ? { ...one, boxes } : one)) };
}

/** Work without a class; its boxes go with it. */
export function withoutClass({ pictures, classNames }: Work, label: number): Work {
  return {
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
  readonly pictures: ReadonlyMap<string, (extent: Extent) => readonly LabelledBox[]>;
}

/** Work with the annotations of a file, which take the place of what its pictures had; `unknown` are pictures that are not here. */
export function withAnnotations(work: Work, read: ReadAnnotations): { readonly work: Work; readonly unknown: number } {
  const classNames = work.pictures.some(({ boxes }) => boxes.length > 0) ? [...work.classNames] : [];
  const labels = read.classNames.map((name) => {
    const known = classNames.indexOf(name);
    return known >= 0 ? known : classNames.push(name) - 1;
  });
  let unknown = read.pictures.size;
  const pictures = work.pictures.map((picture) => {
    const boxes = read.pictures.get(picture.name)?.(picture);
    if (!boxes) return picture;
    unknown--;
    return { ...picture, boxes: boxes.map(({ label, box }) => ({ label: labels[label], box })) };
  });
  return { work: { pictures, classNames }, unknown };
}
