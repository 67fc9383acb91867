import { gradients } from '../autodiff/gradients.js';
import type { Program } from '../engine/contract.js';
import { GraphBuilder, type Graph } from '../graph/index.js';
import { assign, movingAverage } from '../ops/allOperators.js';
import type { Topology } from '../topology/topology.js';
import type { Optimizer } from '../training/optimizer.js';
import { emitAccumulation, emitUpdate, stepScalars } from '../training/optimizerStep.js';
import { feedNames, type Executor } from './executor.js';
import type { Objective } from './objective.js';
import { emitObjective } from './objectiveGraph.js';

/** The program of one training step. */
export function trainingProgram(
  executor: Executor,
  batch: number,
  objective: Objective,
  optimizer: Optimizer,
  weighted: boolean,
): Promise<Program> {
  const { topology } = executor;
  // Freezing and factors take effect at the next call: they are part of the program's name.
  const shares = topology.layers.map((layer) => (layer.trainable ? layer.learningRateFactor : '')).join('/');
  return executor.program(`train/${batch}/${weighted}/${optimizer.phase}/${shares}`, () =>
    trainingGraph(topology, objective, optimizer, batch, weighted),
  );
}

/** The program that begins the moving means of the weights, moves them on, or puts them in the weights' place. */
export function averagingProgram(
  executor: Executor,
  optimizer: Optimizer,
  what: 'begin' | 'move' | 'take',
): Promise<Program> {
  return executor.program(`average/${what}`, () => {
    const graph = new GraphBuilder('average');
    for (const variable of executor.topology.trainable) {
      const average = optimizer.average(variable);
      if (what === 'take') assign(variable, graph.variable(average));
      else if (what === 'begin') assign(average, graph.variable(variable));
      else movingAverage(average, graph.variable(variable), { momentum: optimizer.ema?.momentum ?? 0 });
    }
    return graph.finish();
  });
}

/** A training step for a batch: forward, loss, gradients by the weights that are not frozen, and their update. */
export function trainingGraph(
  topology: Topology,
  objective: Objective,
  optimizer: Optimizer,
  batch: number,
  weighted: boolean,
): Graph {
  const graph = new GraphBuilder('train');
  const updates = optimizer.phase === 'update';
  const drawn = graph.input(optimizer.accumulates ? feedNames.batch : feedNames.step, [], 'int32');
  const loss = emitObjective(graph, topology, objective, batch, { weighted, step: drawn });
  const learned = topology.learned;
  const found = gradients(
    loss,
    learned.map(({ variable }) => graph.variable(variable)),
  );
  const changes = learned.flatMap((one, i) => {
    const gradient = found[i];
    return gradient ? [{ ...one, gradient }] : [];
  });
  if (!updates) emitAccumulation(optimizer, changes);
  else {
    const step = optimizer.accumulates ? graph.input(feedNames.step, [], 'int32') : drawn;
    const learningRate = graph.input(feedNames.learningRate, []);
    const scalars = Object.keys(stepScalars(optimizer, 1));
    const inputs = new Map(scalars.map((name) => [name, graph.input(feedNames.scalar(name), [])]));
    emitUpdate(optimizer, changes, { learningRate, step, scalar: (name) => inputs.get(name)! });
  }
  return graph.finish();
}
