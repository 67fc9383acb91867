import { Random, StriateError } from '../../tensor/index.js';
import type { PictureTarget } from '../../pictures/pictureTransform.js';
import type { Frame } from './affineMatrix.js';
import { colorJitter } from './colorJitter.js';
import { kerasColours, type KerasColourOptions } from './kerasColours.js';
import { kerasGeometry, type KerasGeometryOptions } from './kerasGeometry.js';
import { checkEach, group, type Check } from './optionChecks.js';
import type {
  AugmentationOptions,
  ColorJitterOptions,
  RandAugmentOptions,
  RandomErasingOptions,
  RandomResizedCropOptions,
  ScaleJitterOptions,
} from './augmentationOptions.js';
import { randAugment } from './randAugment.js';
import { randomErasing } from './randomErasing.js';
import { randomResizedCrop } from './randomResizedCrop.js';
import { scaleJitter } from './scaleJitter.js';
import { standardizeChecks } from './standardizer.js';
import type { DrawnStep, ModuleStep, StepFunction, StepKind } from './augmentationStep.js';

/** The options of each kind of step: a row for each, and one in `kinds`. */
interface StepOptions {
  kerasGeometry: KerasGeometryOptions;
  kerasColours: KerasColourOptions;
  scaleJitter: ScaleJitterOptions;
  randomResizedCrop: RandomResizedCropOptions;
  colorJitter: ColorJitterOptions;
  randAugment: RandAugmentOptions;
  randomErasing: RandomErasingOptions;
}

type StepName = keyof StepOptions;

const kinds: { readonly [K in StepName]: StepKind<StepOptions[K]> } = {
  kerasGeometry,
  kerasColours,
  scaleJitter,
  randomResizedCrop,
  colorJitter,
  randAugment,
  randomErasing,
};

/** A built-in step, in plain values. */
export interface KnownStep<K extends StepName = StepName> {
  readonly step: K;
  readonly options: StepOptions[K];
}

/** A step of an augmentation: one of `augmentationSteps`, a function of a module, or a function. */
export type AugmentationStep = KnownStep | ModuleStep | StepFunction;

/**
 * Steps of augmentations, which may be combined in any order, also with your own steps.
 *
 * @namespace
 * @example
 * augmentation([
 *   augmentationSteps.colorJitter({ brightness: 0.4 }),
 *   augmentationSteps.kerasGeometry({ rotationRange: 20, horizontalFlip: true }),
 *   { module: new URL('./mySteps.js', import.meta.url), name: 'fog', options: { most: 40 } },
 * ]);
 */
export const augmentationSteps = Object.fromEntries(
  Object.entries(kinds).map(([step, { checks }]) => {
    const make = (options: object = {}): object => {
      checkEach(`augmentationSteps.${step}`, options, checks);
      return { step, options };
    };
    return [step, make];
  }),
) as unknown as { readonly [K in StepName]: (options?: StepOptions[K]) => KnownStep<K> };

const optionChecks = {
  ...kerasGeometry.checks,
  ...kerasColours.checks,
  scaleJitter: group(scaleJitter.checks),
  randomResizedCrop: group(randomResizedCrop.checks),
  colorJitter: group(colorJitter.checks, false),
  randAugment: group(randAugment.checks),
  randomErasing: group(randomErasing.checks),
} satisfies Record<keyof AugmentationOptions, Check>;

/**
 * Throws when an option is unknown or out of range.
 *
 * @param further what other options must be
 */
export function checkOptions(where: string, options: object, further: Readonly<Record<string, Check>> = {}): void {
  checkEach(where, options, { ...optionChecks, ...standardizeChecks, ...further });
  const strengths = (options as AugmentationOptions).randAugment;
  if (typeof strengths === 'object') randAugment.check!(`${where}: randAugment`, strengths);
}

/** `true` stands for the default options. */
function optionsOf<T extends object>(value: boolean | T | undefined): T | undefined {
  return typeof value === 'boolean' ? (value ? ({} as T) : undefined) : value;
}

/** The options that belong to a kind of step; undefined if there are none. */
function those<Options extends object>(
  options: AugmentationOptions,
  { checks }: StepKind<Options>,
): Options | undefined {
  const own = Object.entries(options).filter(([name, value]) => Object.hasOwn(checks, name) && value !== undefined);
  return own.length > 0 ? (Object.fromEntries(own) as Options) : undefined;
}

/**
 * The list that an object of options stands for: Keras's geometry, the scale, the crop, RandAugment, Keras's colours, the jitter, the
 * erased rectangle.
 */
export function stepsOf(options: AugmentationOptions): KnownStep[] {
  const chosen: { readonly [K in StepName]: StepOptions[K] | undefined } = {
    kerasGeometry: those(options, kerasGeometry),
    scaleJitter: optionsOf(options.scaleJitter),
    randomResizedCrop: optionsOf(options.randomResizedCrop),
    randAugment: optionsOf(options.randAugment),
    kerasColours: those(options, kerasColours),
    colorJitter: options.colorJitter,
    randomErasing: optionsOf(options.randomErasing),
  };
  return Object.entries(chosen).flatMap(([step, own]) => (own ? [{ step, options: own } as KnownStep] : []));
}

/** A step that is ready to be drawn from. */
export interface PreparedStep {
  readonly crops: boolean;
  readonly enlarge: number | undefined;
  /** Loads its module, if it is in one. */
  readonly load?: () => Promise<void>;
  draw(frame: Frame, target: PictureTarget, random: Random): DrawnStep;
}

/**
 * Prepares a step.
 *
 * @throws StriateError when the step is unknown, or an option is unknown or out of range.
 */
export function prepareStep(step: AugmentationStep, place: number): PreparedStep {
  const where = `augmentation: step ${place + 1}`;
  if (typeof step === 'function') return ownStep(() => step);
  if ('module' in step) return moduleStep(step, where);
  if (!Object.hasOwn(kinds, step.step)) {
    throw new StriateError({
      where,
      rule: `must be one of ${Object.keys(kinds).join(', ')}, { module, name }, or a function`,
      received: JSON.stringify(step),
    });
  }
  return knownStep(step, where);
}

function knownStep<K extends StepName>({ step, options }: KnownStep<K>, where: string): PreparedStep {
  const kind: StepKind<StepOptions[K]> = kinds[step];
  checkEach(`${where}, ${step}`, options, kind.checks);
  kind.check?.(`${where}, ${step}`, options);
  return {
    crops: kind.crops ?? false,
    enlarge: kind.enlarge?.(options),
    draw: (frame, target, random) => kind.draw(options, frame, target, random),
  };
}

/** A user's step; it has its own random stream, so that later steps do not depend on how often it draws. */
function ownStep(change: () => StepFunction, options?: unknown): PreparedStep {
  return {
    crops: false,
    enlarge: undefined,
    draw(_frame, _target, random) {
      const own = new Random([random.integer(2 ** 31), random.integer(2 ** 31)]);
      return { change: (picture) => change()(picture, own, options) };
    },
  };
}

function moduleStep({ module, name, options }: ModuleStep, where: string): PreparedStep {
  let found: StepFunction | undefined;
  const place = `${where}, '${name}' of ${String(module)}`;
  const load = async (): Promise<void> => {
    const content = (await import(/* @vite-ignore */ /* webpackIgnore: true */ String(module)).catch(
      (error: unknown) => {
        throw new StriateError(
          { where: place, rule: `the module cannot be loaded: ${String(error)}` },
          { cause: error },
        );
      },
    )) as Readonly<Record<string, unknown>>;
    const own = content[name];
    if (typeof own !== 'function')
      throw new StriateError({ where: place, rule: 'the module exports no such function' });
    found = own as StepFunction;
  };
  const change: StepFunction = (...args) => {
    if (!found) throw new StriateError({ where: place, rule: 'the module is not loaded yet', advice: 'await ready()' });
    found(...args);
  };
  return { ...ownStep(() => change, options), load };
}
