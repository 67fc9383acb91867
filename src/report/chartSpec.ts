import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';

/**
 * A chart as vega-lite describes it: https://vega.github.io/vega-lite/docs/spec.html. Its own types stay inside, so that
 * programs that use Striate need not have them.
 */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** Options of charts. */
export interface ChartOptions {
  /** The background; transparent where it is left out. */
  readonly background?: string;
}

/** Checks the options of a chart; `where` is what errors call it. */
export function expectChartOptions(where: string, options: ChartOptions): ChartOptions {
  return expectOptions({ where, kinds: { background: 'string' } } satisfies AcceptedOptions<ChartOptions>, options);
}
