export { modelName } from './modelArgument.js';
