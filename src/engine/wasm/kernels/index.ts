// Every kernel of the engine. A kernel is (args, tile, worker): args points to its arguments, one 32-bit word each.
export * from './relu';
