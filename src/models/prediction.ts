/** What models predict with: one part of a page, fetched by the first prediction. */
export { printPass } from '../fit/callbacks/progressBar.js';
export { predictionSource } from '../fit/dataSources.js';
export { checkPredictOptions } from '../fit/fitOptions.js';
export { predictPass } from '../fit/predictPass.js';
export * as firstLoad from './firstLoad.js';
