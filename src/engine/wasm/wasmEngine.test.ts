import { describeEngine } from '../contractSuite.js';
import { createWasmEngine } from './wasmEngine.js';

describeEngine('wasm, 1 thread', () => createWasmEngine({ threads: 1 }));
describeEngine('wasm, 2 threads', () => createWasmEngine({ threads: 2 }));
describeEngine('wasm, without shared memory or relaxed SIMD', () =>
  createWasmEngine({ simd: 'plain', sharedMemory: false }),
);
