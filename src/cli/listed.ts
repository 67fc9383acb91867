export { listed } from '../classify/alignClasses.js';
