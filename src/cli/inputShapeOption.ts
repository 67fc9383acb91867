export { inputShapeOption } from './options.js';
