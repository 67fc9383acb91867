import { UsageError } from '../failure.js';
import type { ModelOptions } from '../openArgument.js';

/** What `striate explain` is told. */
export interface ExplainOptions extends ModelOptions {
  /** Layers whose filters are shown, with commas between, or `all`. */
  readonly filters?: string;
  /** Classes whose patterns are shown, by names or numbers, or `all`. */
  readonly classPatterns?: string;
  /** True, or the pictures that follow it. */
  readonly activations?: true | readonly string[];
  /** The data that methods are compared on. */
  readonly rank?: string;
  readonly method?: readonly string[];
  readonly target?: readonly string[];
  readonly layer?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly limit?: number;
  readonly size?: number;
  /** Pictures among which those are looked for that raise a filter most. */
  readonly data?: string;
  readonly evidence?: boolean;
  readonly output?: string;
  readonly batch?: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** What can be asked of a model: each by a flag of its own, but for what speaks for a class in pictures. */
export type Inquiry = 'pictures' | 'filters' | 'classPatterns' | 'activations' | 'rank';

/** How flags are written. */
const flags = {
  filters: '--filters',
  classPatterns: '--class-patterns',
  activations: '--activations',
  rank: '--rank',
} as const satisfies Record<Exclude<Inquiry, 'pictures'>, string>;

/** Options that only some inquiries take. */
const takenBy = {
  method: { flag: '--method', by: ['pictures', 'rank'] },
  target: { flag: '--target', by: ['pictures'] },
  layer: { flag: '--layer', by: ['pictures', 'activations'] },
  steps: { flag: '--steps', by: ['pictures', 'filters', 'classPatterns'] },
  evidence: { flag: '--evidence', by: ['pictures'] },
  seed: { flag: '--seed', by: ['filters', 'classPatterns', 'rank'] },
  limit: { flag: '--limit', by: ['filters', 'classPatterns', 'activations', 'rank'] },
  size: { flag: '--size', by: ['filters'] },
  data: { flag: '--data', by: ['filters'] },
} as const satisfies Partial<Record<keyof ExplainOptions, { readonly flag: string; readonly by: readonly Inquiry[] }>>;

/** What to do where an option does not go with what was asked. */
const insteadOf: Partial<Record<keyof typeof takenBy, Partial<Record<Inquiry, string>>>> = {
  layer: { filters: 'name the layer behind --filters' },
  target: { classPatterns: 'name the classes behind --class-patterns' },
  evidence: { rank: '--rank measures each method anyway' },
  data: { rank: 'name the data behind --rank' },
};

/**
 * What a command line asks for.
 *
 * @param pictures those that are named behind the model
 * @throws UsageError where it asks for several things at once, or says what does not go with what it asks.
 */
export function inquiryOf(options: ExplainOptions, pictures: readonly string[]): Inquiry {
  const asked = (Object.keys(flags) as (keyof typeof flags)[]).filter((name) => options[name] !== undefined);
  if (asked.length > 1) {
    throw new UsageError({
      where: asked.map((name) => flags[name]).join(' and '),
      rule: 'ask for different things',
      advice: 'call striate explain once for each',
    });
  }
  const inquiry: Inquiry = asked.length === 1 ? asked[0] : 'pictures';
  for (const name of Object.keys(takenBy) as (keyof typeof takenBy)[]) {
    const { flag, by } = takenBy[name];
    if (options[name] === undefined || (by as readonly Inquiry[]).includes(inquiry)) continue;
    const places = by.map((one) => (one === 'pictures' ? 'pictures' : flags[one]));
    throw new UsageError({
      where: flag,
      rule: `goes with ${listed(places)}${inquiry === 'pictures' ? '' : `, not with ${flags[inquiry]}`}`,
      advice: insteadOf[name]?.[inquiry] ?? 'leave it out',
    });
  }
  checkPictures(inquiry, options, pictures);
  return inquiry;
}

/** The pictures of `--activations`, whether they stand before it or behind. */
export function activationPictures({ activations }: ExplainOptions, pictures: readonly string[]): readonly string[] {
  return activations === undefined || activations === true ? pictures : [...pictures, ...activations];
}

function checkPictures(inquiry: Inquiry, options: ExplainOptions, pictures: readonly string[]): void {
  if (inquiry === 'pictures' && pictures.length === 0) {
    throw new UsageError({
      where: 'picture',
      rule: 'name pictures or a folder of them to be explained',
      advice: `or ask for ${listed(Object.values(flags), 'or')}`,
    });
  }
  const given = activationPictures(options, pictures);
  if (inquiry === 'activations' && given.length === 0) {
    throw new UsageError({ where: flags.activations, rule: 'needs a picture', advice: '--activations photo.jpg' });
  }
  if ((inquiry === 'filters' || inquiry === 'classPatterns' || inquiry === 'rank') && pictures.length > 0) {
    const instead = inquiry === 'filters' ? `--data ${pictures[0]} looks for what raises filters there` : undefined;
    throw new UsageError({
      where: flags[inquiry],
      rule: inquiry === 'rank' ? 'takes the pictures of one data set or folder' : 'takes no picture of its own',
      received: pictures.join(', '),
      advice: instead ?? 'leave it out',
    });
  }
}

function listed(names: readonly string[], word: 'and' | 'or' = 'or'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}
