export * from './builder.js';
export * from './graph.js';
export * from './node.js';
export * from './operator.js';
export * from './variable.js';
