import type { AnnotationProblems } from './annotationProblems.js';
import type { WrittenPicture, WrittenThing } from './soundAnnotations.js';

interface LabelmeFile {
  readonly imagePath: string;
  readonly imageWidth?: number;
  readonly imageHeight?: number;
  readonly shapes: readonly {
    readonly label?: unknown;
    readonly points?: readonly (readonly number[])[];
    readonly shape_type?: string;
    readonly group_id?: number | null;
  }[];
}

/** Whether the content of a file is LabelMe's. */
export function isLabelme(content: unknown): content is LabelmeFile {
  const { imagePath, shapes } = (content ?? {}) as Partial<Record<string, unknown>>;
  return typeof imagePath === 'string' && Array.isArray(shapes);
}

/** Around a circle, a polygon of as many corners. */
const circleCorners = 64;

/**
 * Reads LabelMe's JSON of one picture: polygons, rectangles and circles. Polygons of one class and group are one thing. Classes are
 * named, and numbered by whoever reads several files.
 *
 * @param where what messages call the file
 */
export function readLabelmeJson(content: LabelmeFile, where: string, problems: AnnotationProblems): WrittenPicture {
  const { imagePath, imageWidth: width, imageHeight: height, shapes } = content;
  const things: WrittenThing[] = [];
  const groups = new Map<string, number>();
  shapes.forEach(({ label, points = [], shape_type: shape = 'polygon', group_id: group }, i) => {
    const place = `${where}, shape ${i + 1}`;
    const thing = { where: place, label: 0, className: String(label) };
    if (shape === 'rectangle' && points.length === 2) {
      const [[x1, y1], [x2, y2]] = points;
      things.push({ ...thing, box: [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)] });
      return;
    }
    const polygon =
      shape === 'polygon'
        ? points.flat()
        : shape === 'circle' && points.length === 2
          ? circle(points[0], points[1])
          : undefined;
    if (!polygon) {
      problems.add('damaged', place, `a ${shape} of ${points.length} points is not read`);
      return;
    }
    const key = `${group} ${String(label)}`;
    const other = groups.get(key);
    if (typeof group === 'number' && other !== undefined) {
      things[other] = { ...things[other], polygons: [...(things[other].polygons ?? []), polygon] };
      return;
    }
    if (typeof group === 'number') groups.set(key, things.length);
    things.push({ ...thing, polygons: [polygon] });
  });
  const size = width !== undefined && height !== undefined ? { width, height } : undefined;
  return { file: imagePath.replaceAll('\\', '/'), size, things };
}

function circle([x, y]: readonly number[], [edgeX, edgeY]: readonly number[]): number[] {
  const radius = Math.hypot(edgeX - x, edgeY - y);
  return Array.from({ length: circleCorners }, (_, i) => (2 * Math.PI * i) / circleCorners).flatMap((angle) => [
    x + radius * Math.cos(angle),
    y + radius * Math.sin(angle),
  ]);
}
