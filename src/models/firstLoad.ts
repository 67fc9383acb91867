/**
 * What a page that has a model has from the start, and the parts that are fetched later need, too. esbuild puts files into one
 * only where the same parts need them: a part that names some of these alone would cut them into several, which compress worse.
 */
export { checkedCompileOptions } from '../fit/compileOptions.js';
export { storeOf } from '../fit/weightStore.js';
export { layers } from '../layers/index.js';
export { foreignModelNames } from './foreignNames.js';
export { freezeLayers } from '../topology/freezing.js';
export { summaryTable } from '../topology/modelSummary.js';
