import { formatCount } from '../../platform/textTable.js';

/** The parts that a set may have. */
export type AnnotatedPart = 'train' | 'validation' | 'test';

const words: Readonly<Record<string, AnnotatedPart>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

/** The part that a path names, by one of its folders or the file's name: `images/train2017/1.jpg`, `instances_val.json`. */
export function partOf(path: string): AnnotatedPart | undefined {
  const found = path
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => Object.hasOwn(words, word));
  return found.length > 0 ? words[found[found.length - 1]] : undefined;
}

/** A path without its ending. */
export const stemOf = (path: string): string => path.replace(/\.[^./]+$/, '');

/** The name of a path's file. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A path's folder; '' for the uppermost. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Finds the picture that a file of annotations names, whatever folders it names it with. */
export class PictureFinder {
  private readonly byName = new Map<string, string[]>();

  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const name = nameOf(path);
      const others = this.byName.get(name);
      if (others) others.push(path);
      else this.byName.set(name, [path]);
    }
  }

  /**
   * The picture's path: of several of one name, the one that agrees in most folders from the end, then the nearest to the file that
   * names it.
   *
   * @param from the path of the file that names it
   */
  find(file: string, from: string): string | undefined {
    const candidates = this.byName.get(nameOf(file.replaceAll('\\', '/'))) ?? [];
    const wanted = file.replaceAll('\\', '/').split('/');
    const score = (path: string): number => {
      const own = path.split('/');
      let same = 0;
      while (same < own.length && own[own.length - 1 - same] === wanted[wanted.length - 1 - same]) same++;
      const [near, other] = [folderOf(path).split('/'), folderOf(from).split('/')];
      let shared = 0;
      while (shared < near.length && near[shared] === other[shared]) shared++;
      return same * 100 + (partOf(path) === partOf(from) ? 50 : 0) + shared;
    };
    return candidates.length > 1 ? candidates.reduce((a, b) => (score(b) > score(a) ? b : a)) : candidates[0];
  }
}

/** «3 JSON files, 2 pictures»: what a folder holds that has no annotations. */
export function heldText(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const ending = /\.([^./]+)$/.exec(path)?.[1].toLowerCase() ?? 'other';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 4);
  return most.length === 0 ? 'nothing' : most.map(([ending, count]) => `${formatCount(count)} .${ending}`).join(', ');
}
