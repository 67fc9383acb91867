// Every operator there is. An engine that leaves one out does not compile.
export * from './operators.js';
export * from './trainingOperators.js';
