// What a model looks at: an explanation is a file of its own, and a line here.

export { templates } from './templates.js';
