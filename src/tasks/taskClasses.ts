import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import { StriateError } from '../tensor/index.js';
import { expectWhole, shown } from '../tensor/check.js';

/** What the first class is called: what belongs to nothing. */
const backgroundName = '__background__';

/** The classes of a network for boxes or masks: a number, the background counted, or the names of all others. */
export type TaskClasses = number | readonly string[];

/**
 * The names of a network's classes, the background first.
 *
 * @param usual - the names that the network's published weights know
 */
export function taskClassNames(where: string, classes: TaskClasses | undefined, usual: readonly string[]): string[] {
  if (classes === undefined) return [...usual];
  if (typeof classes === 'number') {
    expectWhole(where, 'classes', classes, 2);
    if (classes === usual.length) return [...usual];
    return Array.from({ length: classes }, (_, i) => (i === 0 ? backgroundName : `class ${i}`));
  }
  if (
    classes.length === 0 ||
    classes.some((name) => typeof name !== 'string') ||
    new Set(classes).size < classes.length
  ) {
    throw new StriateError({ where, rule: 'classes must be names, each once, or a number', received: shown(classes) });
  }
  return [backgroundName, ...classes.filter((name) => name !== backgroundName)];
}

/**
 * The labels that a network gives a data set's classes, found by their names.
 *
 * @param known - by label, the background first
 * @param network - what the message calls it
 * @throws StriateError when it does not know one.
 */
export function labelsOfClasses(
  where: string,
  { name, classNames }: Pick<AnnotatedSet, 'name' | 'classNames'>,
  known: readonly string[],
  network: 'network' | 'model' = 'network',
): readonly number[] {
  return classNames.map((one) => {
    const label = known.indexOf(one, 1);
    if (label > 0) return label;
    throw new StriateError({
      where,
      rule: `the ${network} has no class '${one}' of the data '${name}'`,
      advice: `its classes are ${known.slice(1).join(', ')}`,
    });
  });
}

/** COCO's 91 numbers, of which eleven name nothing, as torchvision's published detectors have them. */
export const cocoClassNames: readonly string[] =
  `__background__,person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,N/A,stop sign,parking meter,
bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,N/A,backpack,umbrella,N/A,N/A,handbag,tie,suitcase,frisbee,skis,
snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,N/A,wine glass,cup,fork,knife,spoon,
bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,N/A,dining table,N/A,N/A,
toilet,N/A,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,N/A,book,clock,vase,scissors,teddy bear,
hair drier,toothbrush`.split(/,\s*/);
