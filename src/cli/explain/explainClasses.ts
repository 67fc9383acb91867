import { classPatterns } from '../../explain/index.js';
import { classLabel, targetContext, type TargetContext } from '../../explain/target.js';
import { classCount } from '../../models/index.js';
import { formatCount } from '../../platform/textTable.js';
import { ProgressLine } from '../../platform/progressLine.js';
import { StriateError } from '../../tensor/index.js';
import { columns } from '../output.js';
import type { Inquirer } from './insight.js';
import { patternTile, short } from './patternTiles.js';

/** Classes that are shown of all, if nothing is said. */
const usualLimit = 12;

/** `--class-patterns`: what classes look like to a model. */
export const explainClasses: Inquirer = {
  usualOutput: 'class-patterns.png',
  async inquire(opened, { classPatterns: asked = 'all', steps, seed, limit, batch }, { model }) {
    const context = await targetContext(opened.model);
    const isAll = asked.trim().toLowerCase() === 'all';
    const all = isAll ? everyClass(opened.model) : await classesIn(asked, context);
    const classes = all.slice(0, limit ?? (isAll ? usualLimit : all.length));
    using progress = new ProgressLine('classes', classes.length);
    const patterns = await classPatterns(opened, {
      classes,
      ...{ steps, seed, batchSize: batch },
      onProgress: (done, total) => progress.update((classes.length * done) / total),
    });
    const left =
      classes.length < all.length ? ` (${classes.length} of ${formatCount(all.length)}; --limit shows more)` : '';
    const rows = patterns.map(({ name, unit, activation, noise }) => [unit, name, short(activation), short(noise)]);
    return {
      title: 'What classes look like',
      lead: `Pictures that raise a class’s score in ${model} as far as gradient ascent can, from noise on.`,
      sections: [
        {
          name: 'class-patterns',
          title: `Classes${left}`,
          text: ['Below each: its score for the pattern, and for grey noise.'],
          tiles: patterns.map((pattern) => patternTile(pattern, pattern.name)),
          side: 210,
        },
      ],
      lines: columns([['class', '', 'score', 'noise'], ...rows]),
      json: {
        classes: patterns.map(({ name, unit: index, activation, noise }) => ({ name, index, activation, noise })),
      },
    };
  },
};

function everyClass(model: Parameters<typeof classCount>[0]): number[] {
  return Array.from({ length: classCount(model) }, (_, i) => i);
}

/** Classes by names or numbers with commas between; names may have commas of their own. */
async function classesIn(text: string, context: TargetContext): Promise<number[]> {
  const found: number[] = [];
  const parts = text.split(',');
  for (let start = 0; start < parts.length;) {
    let failure: unknown;
    let next = start;
    for (let end = parts.length; end > start && next === start; end--) {
      try {
        found.push(await classLabel(parts.slice(start, end).join(',').trim(), context));
        next = end;
      } catch (error) {
        if (!(error instanceof StriateError)) throw error;
        failure = error;
      }
    }
    if (next === start) throw failure;
    start = next;
  }
  return [...new Set(found)];
}
