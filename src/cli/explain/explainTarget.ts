import { classLabel, resolveTarget, targetContext, type Target, type UnitTarget } from '../../explain/target.js';
import type { Model } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';
import { layersNamed } from './layersNamed.js';

/**
 * What `--target` means for a model: a class by name or number; `cat-dog`, what speaks for the first rather than the second; `-dog`, what
 * speaks against it; or a unit of a layer or an output, `conv2:17` (a channel, or a number of a vector) and `conv2:3,4,17`.
 * A name with a hyphen or a colon is a class, where the model has one of that name.
 *
 * @throws StriateError when the model has no such class, layer or unit.
 */
export async function explainTarget(text: string, model: Model): Promise<Target> {
  const context = await targetContext(model);
  const label = async (name: string): Promise<number | StriateError> =>
    classLabel(name, context).catch((error: unknown) => {
      if (error instanceof StriateError) return error;
      throw error;
    });
  const whole = await label(text);
  if (!(whole instanceof StriateError)) return whole;
  const unit = unitOf(text, model);
  if (unit) {
    await resolveTarget(unit, context);
    return unit;
  }
  if (/^[-−]./.test(text)) {
    const against = await label(text.slice(1).trim());
    if (!(against instanceof StriateError)) return { against };
  }
  let nearest = whole;
  for (const { index } of text.matchAll(/[-−]/g)) {
    const found = [await label(text.slice(0, index).trim()), await label(text.slice(index + 1).trim())] as const;
    const [first, second] = found;
    if (!(first instanceof StriateError || second instanceof StriateError)) return { class: first, minus: second };
    // Where one side is a class, the other is what is wrong.
    const wrong = found.filter((one) => one instanceof StriateError);
    if (wrong.length === 1) [nearest] = wrong;
  }
  // Who writes a unit means a layer.
  const [, name] = unitText.exec(text) ?? [];
  if (name !== undefined) layersNamed(name, model, '--target');
  throw nearest;
}

const unitText = /^(.+):\s*(\d+(?:\s*,\s*\d+)*)$/;

/**
 * `NAME:17` and `NAME:3,4,17`.
 *
 * @returns undefined where a text is not of this form, or has no layer's or output's name before its last colon.
 */
function unitOf(text: string, { layers, topology }: Model): UnitTarget | undefined {
  const [, name, places] = unitText.exec(text) ?? [];
  if (name === undefined) return undefined;
  const numbers = places.split(',').map(Number);
  const unit = numbers.length === 1 ? numbers[0] : numbers;
  if (layers.some((layer) => layer.name === name)) return { layer: name, unit };
  return topology.outputNames.includes(name) ? { output: name, unit } : undefined;
}
