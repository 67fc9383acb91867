import type { Engine } from '../contract.js';

/** One rule of the contract: gets an open engine, shared with other tests; `open` gives one of its own. */
export type ContractTest = (engine: Engine, open: () => Promise<Engine>) => Promise<void>;

/** Rules by what they say. */
export type ContractTests = Readonly<Record<string, ContractTest>>;
