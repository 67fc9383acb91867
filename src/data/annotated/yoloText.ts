import { boxConvert } from '../../geometry/box.js';
import { isRecord } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';
import type { AnnotationProblems } from './annotationProblems.js';
import type { WrittenThing } from './soundAnnotations.js';

/** What a `data.yaml` says of a set in YOLO's text files. */
export interface YoloSet {
  readonly classNames: readonly string[];
  /** How many points things have, and how many numbers each; [0, 0] where there are none. */
  readonly points: readonly [count: number, numbers: number];
  /** Folders or lists of the parts, as they are written. */
  readonly parts: Readonly<Partial<Record<'train' | 'val' | 'test', readonly string[]>>>;
}

/**
 * Reads a `data.yaml`.
 *
 * @throws StriateError when it is no YAML or names no classes.
 */
export async function readYoloYaml(text: string, where: string): Promise<YoloSet> {
  const { parseYaml } = await import('./parseYaml.js');
  let content: Readonly<Record<string, unknown>>;
  try {
    content = (parseYaml(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new StriateError({ where, rule: `must be YAML; ${String(error).split('\n')[0]}` });
  }
  const { names } = content;
  const list = Array.isArray(names) ? names : isRecord(names) ? byNumber(names) : undefined;
  if (!list || list.length === 0) throw new StriateError({ where, rule: 'must list the names of the classes (names)' });
  const shape = Array.isArray(content.kpt_shape) ? (content.kpt_shape as unknown[]).map(Number) : [0, 0];
  const part = (name: string): readonly string[] | undefined => {
    const value = content[name];
    return typeof value === 'string' ? [value] : Array.isArray(value) ? value.map(String) : undefined;
  };
  const parts = Object.entries({ train: part('train'), val: part('val'), test: part('test') });
  return {
    classNames: list.map(String),
    points: [shape[0], shape[1] || 3],
    parts: Object.fromEntries(parts.filter(([, value]) => value !== undefined)),
  };
}

/** Names by their numbers; a number without a name is its own. */
function byNumber(names: Readonly<Record<string, unknown>>): unknown[] {
  const most = Math.max(-1, ...Object.keys(names).map(Number));
  return Array.from({ length: most + 1 }, (_, i) => names[i] ?? i);
}

/**
 * Reads the lines of one picture: a class's number and the box's centre and size, or a polygon, or a box and points; all as shares of the
 * picture's sides.
 *
 * @param where what messages call the file
 */
export function readYoloText(
  text: string,
  where: string,
  { classNames, points: [count, numbers] }: Pick<YoloSet, 'classNames' | 'points'>,
  problems: AnnotationProblems,
): readonly WrittenThing[] {
  return text.split(/\r?\n/).flatMap((line, i): WrittenThing[] => {
    const words = line.trim().split(/\s+/);
    if (words[0] === '') return [];
    const place = `${where}, line ${i + 1}`;
    const [label, ...values] = words.map((word) => (/^[-+]?(\d|\.|nan|inf)/i.test(word) ? Number(word) : NaN));
    const className = words[0];
    const known = Number.isInteger(label) && label >= 0 && label < classNames.length;
    const thing = { where: place, label: known ? label : -1, className, relative: true };
    const [x, y, width, height] = values;
    const box = boxConvert([x, y, width, height], 'cxcywh', 'xyxy');
    if (count > 0 && values.length === 4 + count * numbers) {
      const points = Array.from({ length: count }, (_, k) => {
        const [px, py, visibility] = values.slice(4 + k * numbers, 4 + (k + 1) * numbers);
        // Without visibility, a point at the corner is one that is not there.
        return [px, py, visibility ?? (px === 0 && py === 0 ? 0 : 2)];
      });
      return [{ ...thing, box, points: points.flat() }];
    }
    // Some tools write how sure a model was behind the box.
    if (values.length === 4 || values.length === 5) return [{ ...thing, box }];
    if (values.length >= 6 && values.length % 2 === 0) return [{ ...thing, polygons: [values] }];
    problems.add('damaged', place, `a class and ${values.length} numbers`);
    return [];
  });
}
