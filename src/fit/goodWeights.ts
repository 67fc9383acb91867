import type { Variable } from '../graph/index.js';
import type { Optimizer } from '../training/optimizer.js';
import type { Executor } from './executor.js';
import { areFinite } from './weights.js';

/** Beyond this many numbers (256 MB) no copy of the weights is kept: it would cost more than it is worth. */
const mostKept = 64 * 1024 * 1024;

/** A copy of the weights from the last moment at which they were known to be good. */
export class GoodWeights {
  private copies: readonly [Variable, Float32Array][] | undefined;
  private epoch = 0;

  constructor(
    private readonly executor: Executor,
    private readonly optimizer: Optimizer,
  ) {}

  /**
   * Remembers the weights as they are, at the beginning of this epoch (from 0).
   *
   * @returns false where they are not finite numbers, which are not kept
   */
  async keep(epoch: number): Promise<boolean> {
    const { topology, store } = this.executor;
    const variables = topology.weights.map(({ variable }) => variable);
    if (!(await areFinite(store, variables))) return false;
    if (variables.reduce((sum, { size }) => sum + size, 0) > mostKept) return true;
    this.copies ??= variables.map((variable) => [variable, new Float32Array(variable.size)]);
    for (const [variable, copy] of this.copies) await store.read(variable, copy);
    this.epoch = epoch;
    return true;
  }

  /** Puts the copy back, with fresh optimizer variables, and says in words which weights the model now has. */
  async restore(): Promise<string> {
    const { store } = this.executor;
    if (!this.copies) return 'the weights are lost, because none were kept: load the last checkpoint';
    for (const [variable, value] of this.copies) await store.write(variable, value);
    for (const slot of this.optimizer.slots) await store.write(slot, slot.initialize());
    return this.epoch === 0
      ? 'the model has the weights it started with again'
      : `the model has the weights of the end of epoch ${this.epoch} again`;
  }
}
