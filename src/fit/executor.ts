import type { Program } from '../engine/contract.js';
import type { Graph } from '../graph/index.js';
import { inputFeed, predictionGraph } from '../topology/predictionGraph.js';
import type { Topology } from '../topology/topology.js';
import type { WeightStore } from './weightStore.js';

/** The names under which batches are fed to programs. */
export const feedNames = {
  input: inputFeed,
  target: (name: string): string => `target:${name}`,
  sampleWeight: 'sampleWeight',
  learningRate: 'learningRate',
  scalar: (name: string): string => `optimizer:${name}`,
  step: 'step',
  batch: 'batch',
} as const;

/** Programs kept at once: those of the full and last batches of training, validation and prediction. */
const programsKept = 8;

/** Keeps a model's programs of the batch sizes in use; those of training and tests are built by who asks for them. */
export class Executor {
  private readonly programs = new Map<string, Program>();
  private generation: number;

  constructor(
    readonly topology: Topology,
    readonly store: WeightStore,
  ) {
    this.generation = store.generation;
  }

  /** Predictions only: outputs `output:0`, … */
  predictor(batch: number): Promise<Program> {
    return this.program(`predict/${batch}`, () => predictionGraph(this.topology, batch));
  }

  /** Throws away programs that hold on to a former objective. */
  forget(): void {
    for (const program of this.programs.values()) program.dispose();
    this.programs.clear();
  }

  /** The program of a name for this model, built when it is first asked for, or again after it was thrown away. */
  async program(key: string, build: () => Graph): Promise<Program> {
    if (this.generation !== this.store.generation) {
      // The engine that had these programs may go on without this model: one that the user opened.
      this.forget();
      this.generation = this.store.generation;
    }
    const known = this.programs.get(key);
    if (known) {
      // Moved to the end: the first is the one not used for longest.
      this.programs.delete(key);
      this.programs.set(key, known);
      return known;
    }
    const program = await this.store.compile(build());
    this.programs.set(key, program);
    for (const [oldest, old] of this.programs) {
      if (this.programs.size <= programsKept) break;
      this.programs.delete(oldest);
      old.dispose();
    }
    return program;
  }
}
