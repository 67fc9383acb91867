import type { Random } from '../../tensor/index.js';
import type { PictureTarget, PictureTransform, Pixels, TransformDescription } from '../../pictures/pictureTransform.js';
import { compose, crop, identity, type Affine, type Frame } from './affineMatrix.js';
import { ColourPass } from './colourPass.js';
import type { AugmentationOptions, StandardizeOptions } from './augmentationOptions.js';
import type { Source } from './blockAverages.js';
import { Resampler, type Fill } from './resampler.js';
import { Standardizer } from './standardizer.js';
import type { DrawnStep } from './augmentationStep.js';
import { checkOptions, prepareStep, stepsOf, type AugmentationStep, type PreparedStep } from './steps.js';

/** The operations that steps are compiled to: sampling, a colour pass, or any other change of values. */
type Action =
  | {
      kind: 'sample';
      matrix: Affine;
      frame: Frame;
      scale: readonly [number, number];
      fill: Pick<Fill, 'mode' | 'cval'>;
    }
  | { kind: 'colours'; changes: NonNullable<DrawnStep['colours']>[] }
  | { kind: 'values'; values: NonNullable<DrawnStep['values']> }
  | { kind: 'change'; change: NonNullable<DrawnStep['change']> };

/** A picture's values, on the scale of bytes, in a part of an array. */
interface Working extends Frame {
  readonly array: Float32Array;
  readonly begin: number;
}

/**
 * Random changes to one picture: a list of steps, in their order. Consecutive changes of geometry are one matrix, along
 * which the picture is sampled once; a picture of another size than the target's is resized by the same sampling, or by the
 * step that crops. Then values are normalized, and last the erased rectangle is painted.
 *
 * @throws StriateError when a step or an option is unknown or out of range.
 *
 * @example
 * const transform = new AugmentTransform({ rotationRange: 40, horizontalFlip: true });
 * transform.apply(pixels, { height: 150, width: 150, channels: 3 }, new Random([seed, epoch, example]), target, 0);
 */
export class AugmentTransform implements PictureTransform {
  readonly description: TransformDescription | undefined;
  readonly enlarge?: number;
  private readonly steps: readonly PreparedStep[];
  private readonly resampler = new Resampler();
  private readonly colours = new ColourPass();
  private readonly standardizer: Standardizer;
  private readonly unit = unitTable();
  private readonly crops: boolean;
  private readonly scratch: Float32Array[] = [];
  private loading: Promise<unknown> | undefined;

  constructor(changes: AugmentationOptions | readonly AugmentationStep[], standardize: StandardizeOptions = {}) {
    checkOptions('augmentation', isList(changes) ? standardize : { ...changes, ...standardize });
    const list: readonly AugmentationStep[] = isList(changes) ? changes : stepsOf(changes);
    this.steps = list.map(prepareStep);
    this.crops = this.steps.some(({ crops }) => crops);
    this.standardizer = new Standardizer(standardize);
    const plain = !standardize.preprocessingFunction && !list.some((step) => typeof step === 'function');
    this.description = plain ? { kind: 'augment', steps: list.map(described), standardize } : undefined;
    const larger = this.steps.flatMap(({ enlarge }) => enlarge ?? []);
    if (larger.length > 0) this.enlarge = Math.max(...larger);
  }

  /** Loads the modules of steps; if there are any, it must be awaited before pictures are transformed. */
  async ready(): Promise<void> {
    await (this.loading ??= Promise.all(this.steps.flatMap(({ load }) => (load ? [load()] : []))));
  }

  apply(pixels: Pixels, target: PictureTarget, random: Random, out: Float32Array, offset: number): void {
    this.applyTo(pixels, target, random, out, offset);
  }

  /**
   * As `apply`, also for pictures of floats on the scale of bytes.
   *
   * @returns where the pixels of the result come from
   */
  applyTo(source: Source, target: PictureTarget, random: Random, out: Float32Array, offset: number): Affine {
    const { actions, finish } = this.draw(source, target, random);
    // The last pass over the picture also scales values to 0–1, if that is the only normalization.
    const { simple } = this.standardizer;
    const { channels } = target;
    let picture: Source = source;
    let working: Working = { array: out, begin: offset, height: target.height, width: target.width };
    for (const [i, action] of actions.entries()) {
      const gain = simple && i === actions.length - 1 ? 1 / 255 : 1;
      if (action.kind === 'sample') {
        const into = this.place(action.frame, target, out, offset);
        if (i > 0) picture = this.taken(working, channels, into);
        this.sample(picture, action, { ...action.frame, channels }, gain, into);
        working = into;
        continue;
      }
      const { array, begin, height, width } = working;
      const end = begin + height * width * channels;
      if (action.kind === 'colours') {
        const pass = this.colours.open(array, begin, height, width, channels);
        for (const change of action.changes) change(pass);
        pass.close(gain);
      } else if (action.kind === 'values') action.values(array, begin, end, gain);
      else {
        action.change({ data: array.subarray(begin, end), height, width, channels });
        if (gain !== 1) for (let at = begin; at < end; at++) array[at] *= gain;
      }
    }
    if (!simple) this.standardizer.run(out, offset, target);
    for (const paint of finish) paint(out, offset);
    return compose(...actions.flatMap((action) => (action.kind === 'sample' ? [action.matrix] : [])));
  }

  /** Draws all steps in their order, and merges what can be done in one pass. */
  private draw(
    source: Frame,
    target: PictureTarget,
    random: Random,
  ): { readonly actions: readonly Action[]; readonly finish: readonly NonNullable<DrawnStep['finish']>[] } {
    // As in Keras, degrees and fractions refer to the picture resized to the target.
    let frame: Frame = this.crops ? source : target;
    const scale = [source.height / target.height, source.width / target.width] as const;
    const start = this.crops
      ? { matrix: identity, scale: [1, 1] as const }
      : { matrix: crop(0, 0, source, target), scale };
    const actions: Action[] = [{ kind: 'sample', frame, fill: { mode: 'nearest', cval: 0 }, ...start }];
    const finish: NonNullable<DrawnStep['finish']>[] = [];
    for (const step of this.steps) {
      const drawn = step.draw(frame, target, random);
      const { matrix, fill } = drawn;
      if (matrix) {
        const last = actions.at(-1)!;
        const next = drawn.frame ?? frame;
        if (last.kind === 'sample') {
          last.matrix = compose(last.matrix, matrix);
          last.frame = next;
          last.scale = drawn.scale ?? last.scale;
          last.fill = fill ?? last.fill;
        } else if (!sameMatrix(matrix, identity) || next !== frame) {
          const usual = { mode: 'nearest', cval: 0 } as const;
          actions.push({ kind: 'sample', matrix, frame: next, scale: drawn.scale ?? [1, 1], fill: fill ?? usual });
        }
        frame = next;
      }
      if (drawn.colours) {
        const last = actions.at(-1)!;
        if (last.kind === 'colours') last.changes.push(drawn.colours);
        else actions.push({ kind: 'colours', changes: [drawn.colours] });
      }
      if (drawn.values) actions.push({ kind: 'values', values: drawn.values });
      if (drawn.change) actions.push({ kind: 'change', change: drawn.change });
      if (drawn.finish) finish.push(drawn.finish);
    }
    return { actions, finish };
  }

  private sample(
    picture: Source,
    { matrix, frame, scale, fill }: Extract<Action, { kind: 'sample' }>,
    target: PictureTarget,
    gain: number,
    { array, begin }: Working,
  ): void {
    const asItIs = sameMatrix(matrix, identity) && picture.height === frame.height && picture.width === frame.width;
    if (asItIs) copy(picture, array, begin, gain === 1 ? undefined : this.unit);
    else this.resampler.run(picture, matrix, target, { ...fill, step: scale, gain }, array, begin);
  }

  /** Where sampling writes to: the example's own place, if the size is the target's. */
  private place({ height, width }: Frame, target: PictureTarget, out: Float32Array, offset: number): Working {
    if (height === target.height && width === target.width) return { array: out, begin: offset, height, width };
    return { array: this.memory(0, height * width * target.channels), begin: 0, height, width };
  }

  /** The picture so far, as a source of samples; copied if sampling writes to the same place. */
  private taken({ array, begin, height, width }: Working, channels: number, into: Working): Source {
    const size = height * width * channels;
    const own = array.subarray(begin, begin + size);
    if (into.array !== array) return { data: own, height, width, channels };
    const kept = this.memory(1, size);
    kept.set(own);
    return { data: kept.subarray(0, size), height, width, channels };
  }

  private memory(which: 0 | 1, size: number): Float32Array {
    if ((this.scratch[which]?.length ?? 0) < size) this.scratch[which] = new Float32Array(size);
    return this.scratch[which];
  }
}

/** The transform of a description. */
export function augmentFromDescription(description: TransformDescription): AugmentTransform {
  const { steps, standardize } = description as unknown as {
    readonly steps: readonly AugmentationStep[];
    readonly standardize: StandardizeOptions;
  };
  return new AugmentTransform(steps, standardize);
}

function isList(changes: AugmentationOptions | readonly AugmentationStep[]): changes is readonly AugmentationStep[] {
  return Array.isArray(changes);
}

/** A step in plain values. */
function described(step: AugmentationStep): AugmentationStep {
  return typeof step === 'object' && 'module' in step ? { ...step, module: String(step.module) } : step;
}

function sameMatrix(a: Affine, b: Affine): boolean {
  return a.every((value, at) => value === b[at]);
}

/** Byte / 255 for each byte: the same number as without augmentation, to the bit. */
function unitTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
}

/** Copies a picture unchanged. */
function copy(
  { data, height, width, channels }: Source,
  out: Float32Array,
  offset: number,
  table?: Float32Array,
): void {
  const size = height * width * channels;
  if (!table) out.set(data.length === size ? data : data.subarray(0, size), offset);
  else if (data instanceof Float32Array) for (let at = 0; at < size; at++) out[offset + at] = data[at] / 255;
  else for (let at = 0; at < size; at++) out[offset + at] = table[data[at]];
}
