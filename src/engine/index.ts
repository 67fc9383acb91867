export type * from './contract.js';
export { EngineMemoryError } from '../tensor/error.js';
// By name: esbuild leaves the table unmade in a page that reaches it through stars alone.
export { engines, openEngine, type EngineName } from './engines.js';
