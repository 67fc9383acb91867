/**
 * The words of shared memory through which the main thread and the workers talk, as positions in an Int32Array that
 * begins at `controlAddress`. The first page belongs to the kernels' own static data.
 */
export const controlAddress = 65536;

/** Grows by one for every run; workers sleep on it. Negative: go home. */
export const runWord = 0;
/** Address of the program to run. */
export const programWord = 1;
/** Pages of memory that there were when the run was posted. */
export const pagesWord = 2;
/** The next tile of the current stage. */
export const tileWord = 16;
/** Workers that have finished the current stage. */
export const arrivedWord = 32;
/** Grows by one at every barrier. */
export const stageWord = 48;

/** Workers that have left the current run. */
export const leftWord = 56;

/** Where the arena begins. */
export const arenaAddress = controlAddress + 4096;

/** Bytes of a page of WebAssembly's memory. */
export const pageBytes = 65536;
