import type { Model } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';
import { nearestNames } from '../../tensor/spellings.js';

/** So many layers are named where none is like the one that was asked for. */
const named = 12;

/**
 * Layers by their names, with commas between.
 *
 * @param option what messages call it: `--layer`
 * @throws StriateError when there is no such layer; it names the nearest.
 */
export function layersNamed(text: string, model: Model, option: string): string[] {
  const known = model.layers.map(({ name }) => name);
  if (known.includes(text)) return [text];
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names.length > 0 ? names : [text]) {
    if (known.includes(name)) continue;
    const within = known.filter((one) => name !== '' && one.toLowerCase().includes(name.toLowerCase()));
    const near = [...new Set([...nearestNames(name, known), ...within])].slice(0, 3);
    const some = known.slice(0, named).join(', ');
    throw new StriateError({
      where: `${option} ${text}`,
      rule: `there is no layer '${name}' in the model '${model.name}'`,
      advice:
        near.length > 0
          ? `did you mean ${near.join(' or ')}? striate summary lists all`
          : `its layers are ${some}${known.length > named ? ' and so on; striate summary lists all' : ''}`,
    });
  }
  return [...new Set(names)];
}
