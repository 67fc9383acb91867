// What filters and classes look for, whatever the picture.

export { templates } from './templates.js';
