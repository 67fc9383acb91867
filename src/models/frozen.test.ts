import { describe, expect, it } from 'vitest';
import { lowerGraph } from '../engine/wasm/lowerGraph.js';
import { foldBatchNormalization } from '../engine/wasm/foldBatchNormalization.js';
import { planMemory } from '../engine/wasm/memoryPlan.js';
import { layers } from '../layers/index.js';
import { Random, Tensor } from '../tensor/index.js';
import { resolveOptimizer } from '../training/index.js';
import { trainingGraph } from '../fit/trainingGraph.js';
import { objectiveFor } from '../fit/objective.js';
import { sequential, type Model } from './index.js';

const mapBytes = 4 * 2 * 16 * 16 * 8;

/** Eight convolutions with normalizations, maps of 16×16×8, two classes. */
function deep(): Model {
  return sequential({
    layers: [
      ...Array.from({ length: 8 }, (_, i) => [
        layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', ...(i === 0 && { inputShape: [16, 16, 8] }) }),
        layers.batchNormalization(),
        layers.activation({ activation: 'relu' }),
      ]).flat(),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 2, name: 'fc' }),
    ],
    seed: 5,
  });
}

function examples(seed: number): [Tensor<'float32'>, Tensor<'int32'>] {
  const random = new Random([seed]);
  const x = Float32Array.from({ length: 6 * 16 * 16 * 8 }, () => random.uniform() - 0.5);
  return [new Tensor('float32', [6, 16, 16, 8], x), new Tensor('int32', [6], Int32Array.of(0, 1, 1, 0, 1, 0))];
}

describe('frozen layers in a training step', () => {
  function step(net: Model): { operators: string[]; bytes: number } {
    const objective = objectiveFor(net.topology, { loss: 'sparseCategoricalCrossentropy' });
    const graph = foldBatchNormalization(trainingGraph(net.topology, objective, resolveOptimizer('sgd'), 2, false));
    const { stages, preparation } = lowerGraph(graph, { threads: 2, winograd: false });
    const operators = graph.nodes.flatMap((node) => (node.kind === 'operator' ? [node.operator.name] : []));
    return { operators, bytes: planMemory([...preparation, ...stages]).bytes };
  }

  it('compute no gradients, keep no activations, and have their normalizations folded', () => {
    const whole = step(deep());
    expect(whole.operators.filter((name) => /^conv2d.*Gradient$/.test(name)).length).toBeGreaterThanOrEqual(15);
    expect(whole.bytes).toBeGreaterThan(15 * mapBytes);
    const frozen = deep();
    frozen.embedding.freeze();
    const { operators, bytes } = step(frozen);
    expect(operators.filter((name) => /^conv2d.*Gradient$|[bB]atchNormalization/.test(name))).toEqual([]);
    expect(bytes).toBeLessThan(5 * mapBytes);
  });

  it('train the rest as the reference engine does, also after frozen weights were replaced', async () => {
    const results: Map<string, Tensor<'float32'>>[] = [];
    for (const engine of ['wasm', 'reference']) {
      const net = deep();
      net.embedding.freeze();
      net.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', engine });
      const [x, y] = examples(1);
      await net.fit(x, y, { epochs: 1, batchSize: 3, verbose: 0 });
      const weights = await net.getWeights();
      // Doubled filters of the fourth convolution, and other running statistics behind it.
      const name = net.layers[9].name;
      const replaced = new Map(weights);
      const kernel = weights.get(`${name}/kernel`)!;
      replaced.set(
        `${name}/kernel`,
        new Tensor(
          'float32',
          kernel.shape,
          kernel.data.map((value) => 2 * value),
        ),
      );
      const mean = `${net.layers[10].name}/movingMean`;
      replaced.set(mean, new Tensor('float32', [8], new Float32Array(8).fill(0.1)));
      await net.setWeights(replaced);
      await net.fit(x, y, { epochs: 1, batchSize: 3, verbose: 0 });
      results.push(await net.getWeights());
      await net.dispose();
    }
    for (const [name, { data }] of results[1]) {
      // float32 sums of eight layers against float64 ones.
      data.forEach((value, i) => expect(Math.abs(results[0].get(name)!.data[i] - value)).toBeLessThan(1e-5));
    }
  });
});
