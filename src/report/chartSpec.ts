/**
 * A chart as vega-lite describes it: https://vega.github.io/vega-lite/docs/spec.html. Its own types stay inside, so that
 * programs that use Striate need not have them.
 */
export type ChartSpec = Readonly<Record<string, unknown>>;
