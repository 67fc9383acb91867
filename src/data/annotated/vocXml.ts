import type { XmlElement } from '@rgrove/parse-xml';
import type { AnnotationProblems } from './annotationProblems.js';
import type { WrittenPicture, WrittenThing } from './soundAnnotations.js';

/** Whether a text may be Pascal VOC's XML. */
export function isVoc(text: string): boolean {
  return /<annotation[\s>]/.test(text);
}

/**
 * Reads Pascal VOC's XML of one picture; difficult things are crowds, which need not be found. In VOC's own files the first pixel is 1 and
 * the last belongs to the box. Many tools write edges from 0 instead: so are files read of which a number is 0 or no whole one (`fromZero`).
 *
 * @param where what messages call the file
 * @returns undefined where the file is damaged
 */
export async function readVocXml(
  text: string,
  where: string,
  problems: AnnotationProblems,
): Promise<{ readonly picture: WrittenPicture; readonly fromZero: boolean } | undefined> {
  const { parseXml } = await import('./parseXml.js');
  let root: XmlElement | null;
  try {
    root = parseXml(text).root;
  } catch (error) {
    problems.add('damaged', where, String(error instanceof Error ? error.message : error).split('\n')[0]);
    return undefined;
  }
  const file = root && textOf(root, 'filename');
  if (root?.name !== 'annotation' || !file) {
    problems.add('damaged', where, 'it names no picture (filename)');
    return undefined;
  }
  const size = child(root, 'size');
  const [width, height] = ['width', 'height'].map((name) => Number(size && textOf(size, name)));
  const things = elements(root, 'object').map((object, i): WrittenThing => {
    const box = child(object, 'bndbox');
    const edges = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => numberOf(box && textOf(box, name)));
    const className = textOf(object, 'name') ?? '';
    const crowd = textOf(object, 'difficult') === '1';
    return { where: `${where}, object ${i + 1}`, label: className === '' ? -1 : 0, className, box: edges, crowd };
  });
  const fromZero = things.some(({ box = [] }) => box.some((edge) => edge === 0 || !Number.isInteger(edge)));
  const known = width > 0 && height > 0;
  return { picture: { file, size: known ? { width, height } : undefined, things }, fromZero };
}

/** The same picture with edges from 0, where they were pixels from 1. */
export function fromFirstPixel<Picture extends WrittenPicture>(picture: Picture): Picture {
  const things = picture.things.map((thing) => {
    const [x1, y1, x2, y2] = thing.box ?? [];
    return { ...thing, box: [x1 - 1, y1 - 1, x2, y2] };
  });
  return { ...picture, things };
}

const numberOf = (text: string | undefined): number => (text === undefined || text === '' ? NaN : Number(text));

function elements(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter(
    (node): node is XmlElement => node.type === 'element' && (node as XmlElement).name === name,
  );
}

const child = (parent: XmlElement, name: string): XmlElement | undefined => elements(parent, name).at(0);

const textOf = (parent: XmlElement, name: string): string | undefined => child(parent, name)?.text.trim();
