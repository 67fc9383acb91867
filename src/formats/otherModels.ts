/** What `loadModel` fetches for files of other programs; a file of its own, as bundlers keep what an index names in one piece. */
export { importKeras } from './keras/read/importKeras.js';
export { importTfjs } from './tfjs/importTfjs.js';
