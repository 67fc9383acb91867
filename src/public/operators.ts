/** What operators and graphs of one's own are made with. */
export { gradients } from '../autodiff/index.js';
export { operators } from '../ops/index.js';
export { receptiveFields } from '../topology/index.js';
