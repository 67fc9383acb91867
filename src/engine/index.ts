export * from './contract.js';
export * from './engines.js';
