import fc from 'fast-check';
import { GraphBuilder, Variable, type Graph, type Node, type Value } from '../../graph/index.js';
import { evaluate } from '../../ops/evaluateNodes.js';
import {
  add,
  affine,
  batchNormalization,
  batchNormalizationInputGradient,
  batchNormalizationScaleGradient,
  biasAdd,
  biasGradient,
  concat,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  matmul,
  maxPool2d,
  maxPool2dGradient,
  mul,
  reduceMean,
  relu,
  relu6,
  relu6Gradient,
  reluGradient,
  reshape,
  sgd,
  sigmoid,
  slice,
  sparseSoftmaxCrossentropy,
  sparseSoftmaxCrossentropyGradient,
  sub,
  transpose,
} from '../../ops/allOperators.js';
import { drawValue } from '../../ops/drawing.js';
import { Random, type Shape } from '../../tensor/index.js';
import type { Tolerance } from '../cases/case.js';
import type { Engine, Feeds } from '../contract.js';
import { compare } from './compare.js';
import type { ContractTests } from './tests.js';

const chained: Tolerance = {
  relative: 1e-4,
  ofLargest: 1e-4,
  reason: 'float32 roundings and Winograd errors, carried through a dozen operators',
};

/** Runs a graph on an engine and compares all its outputs and variables with the reference evaluation, `runs` times. */
async function agree(engine: Engine, graph: Graph, what: string, runs = 2): Promise<void> {
  const inputs = graph.nodes.filter((node) => node.kind === 'input');
  const variables = graph.nodes.filter((node) => node.kind === 'variable');
  const state = new Map(
    variables.map((node): [Node, Value] => [
      node,
      { shape: node.type.shape, data: Float64Array.from(node.variable.initialize()) },
    ]),
  );
  const program = engine.compile(graph);
  try {
    for (let run = 0; run < runs; run++) {
      const values = new Map(state);
      const feeds: Record<string, Feeds[string]> = {};
      inputs.forEach((node, i) => {
        const whole = node.type.dtype === 'int32';
        const { data } = drawValue(node.type.shape, 100 * run + i, whole ? { low: 0, high: 5, integer: true } : {});
        feeds[node.name] = whole ? Int32Array.from(data) : Float32Array.from(data);
        values.set(node, { shape: node.type.shape, data: Float64Array.from(feeds[node.name]) });
      });
      const outputs = await program.run(feeds);
      evaluate(
        graph.nodes.filter((node) => !graph.effects.includes(node)),
        values,
      );
      for (const [name, node] of graph.outputs) {
        compare(`${what}, run ${run + 1}, output ${name}`, outputs[name].data, values.get(node)!, chained);
      }
      evaluate(graph.effects, values);
      for (const node of variables) {
        const now = await engine.read(node.variable);
        compare(`${what}, run ${run + 1}, variable ${node.name} afterwards`, now, state.get(node)!, chained);
      }
    }
  } finally {
    program.dispose();
    engine.release(variables.map(({ variable }) => variable));
  }
}

/** Any graph of operators that keep one shape: what memory planning and reuse get wrong shows here. */
function randomGraph(seed: number, size: number): Graph {
  const random = new Random(seed);
  const shape: Shape = [2, 1 + random.integer(9), 1 + random.integer(40), 4];
  const graph = new GraphBuilder(`random graph ${seed}`);
  const nodes: Node[] = [graph.input('a', shape), graph.input('b', shape), graph.variable(variable('w', shape, seed))];
  const any = (): Node => nodes[random.integer(nodes.length)];
  const choices: readonly (() => Node)[] = [
    () => relu(any()),
    () => sigmoid(any()),
    () => affine(any(), { scale: -0.5, offset: 0.25 }),
    () => add(any(), any()),
    () => sub(any(), any()),
    // Kept small: a product of sigmoids cannot grow.
    () => mul(sigmoid(any()), sigmoid(any())),
    () => {
      const flat = reshape(any(), { shape: [shape[0] * shape[1], shape[2] * shape[3]] });
      return reshape(affine(flat, { scale: 0.5, offset: 0 }), { shape });
    },
    () => {
      const turned = transpose(any(), { permutation: [3, 0, 2, 1] });
      return transpose(turned, { permutation: [1, 3, 2, 0] });
    },
    () => {
      const pair = concat(any(), any(), { axis: 3 });
      return slice(pair, { begin: [0, 0, 0, 3], size: shape });
    },
  ];
  for (let i = 0; i < size; i++) nodes.push(choices[random.integer(choices.length)]());
  graph.output('last', nodes[nodes.length - 1]);
  for (let i = 0; i < 2; i++) graph.output(`some ${i}`, any());
  return graph.finish();
}

interface Block {
  readonly seed: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: 'valid' | 'same';
  readonly bias: boolean;
  readonly activation: boolean;
  readonly pool: boolean;
  /** Whether what lies between is asked for, so that it cannot be fused away. */
  readonly between: boolean;
}

/** A convolution with what usually follows it, forward and backward: what engines fuse. */
function convolutionBlock({ channels, filters, kernel, stride, padding, ...of }: Block): Graph {
  const graph = new GraphBuilder('convolution block');
  const attributes = { strides: [stride, stride], padding, dilation: [1, 1], groups: 1 } as const;
  const x = graph.input('x', [3, 12, 13, channels]);
  const w = graph.variable(variable('w', [kernel, kernel, channels, filters], of.seed));
  const outputs: Node[] = [conv2d(x, w, attributes)];
  const last = (): Node => outputs[outputs.length - 1];
  const b = graph.variable(variable('b', [filters], of.seed + 1));
  if (of.bias) outputs.push(biasAdd(last(), b));
  if (of.activation) outputs.push(relu(last()));
  const beforePool = last();
  const pooling = { poolSize: [2, 2], strides: [2, 2], padding: 'valid', ceilMode: false } as const;
  if (of.pool) outputs.push(maxPool2d(last(), pooling));
  let gradient = graph.input('dy', last().type.shape);
  if (of.pool) gradient = maxPool2dGradient(gradient, beforePool, last(), pooling);
  if (of.activation) gradient = reluGradient(gradient, beforePool);
  if (of.bias) graph.output('db', biasGradient(gradient));
  graph.output('dx', conv2dInputGradient(gradient, w, { ...attributes, shape: x.type.shape }));
  graph.output('dw', conv2dFilterGradient(x, gradient, { ...attributes, shape: w.type.shape }));
  graph.output('y', last());
  if (of.between) outputs.forEach((node, i) => graph.output(`between ${i}`, node));
  return graph.finish();
}

interface Residual {
  readonly seed: number;
  readonly size: readonly [height: number, width: number];
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  /** Whether the first convolution has a bias before its normalization. */
  readonly bias: boolean;
  /** Whether rectifiers end at 6. */
  readonly six: boolean;
  readonly batchStatistics: boolean;
  /** What else is asked for, so that less can be fused: sums of a convolution, gradients by gamma, all that lies between. */
  readonly asked: 'nothing' | 'sums' | 'gamma' | 'between';
}

/**
 * The gradient by the picture of a residual block whose convolutions are followed by normalizations by running statistics:
 * a rectifier, then two convolutions beside one that makes the branch's shape alike.
 */
function residualBlock({ size, channels, filters, kernel, stride, ...of }: Residual): Graph {
  const graph = new GraphBuilder('residual block');
  const given = graph.input('x', [2, ...size, channels]);
  const [rectify, rectifyGradient] = of.six ? [relu6, relu6Gradient] : [relu, reluGradient];
  const { batchStatistics } = of;
  const normal = { epsilon: 1e-3, batchStatistics: false };
  const gradientsOf: { name: string; node: Node }[] = [];
  const convolved = (name: string, from: Node, window: number, step: number, bias: boolean) => {
    const margin = window >> 1;
    const padding = [margin, margin, margin, margin] as const;
    const attributes = { strides: [step, step], padding, dilation: [1, 1], groups: 1 } as const;
    const { shape } = from.type;
    const w = graph.variable(variable(`${name} w`, [window, window, shape[3], filters], of.seed));
    const sums = conv2d(from, w, attributes);
    const x = bias ? biasAdd(sums, graph.variable(variable(`${name} b`, [filters], of.seed + 1))) : sums;
    const [mean, variance, gamma, beta] = ['mean', 'variance', 'gamma', 'beta'].map((what, i) =>
      graph.variable(
        new Variable(`${name} ${what}`, [filters], 'weight', () =>
          Float32Array.from(drawValue([filters], of.seed + i, { low: what === 'variance' ? 0.5 : -1, high: 1.5 }).data),
        ),
      ),
    );
    const backward = (gradient: Node): Node => {
      if (of.asked === 'gamma') {
        const byGamma = batchNormalizationScaleGradient(gradient, x, mean, variance, { epsilon: normal.epsilon });
        graph.output(`${name} gamma`, byGamma);
      }
      // By the batch's statistics sums are read: any numbers of their shape will do.
      const operands = [gradient, x, mean, variance, gamma, beta, mean] as const;
      const scaled = batchNormalizationInputGradient(...operands, { ...normal, batchStatistics });
      gradientsOf.push({ name: `${name} scaled`, node: scaled });
      return conv2dInputGradient(scaled, w, { ...attributes, shape });
    };
    if (of.asked === 'sums') graph.output(`${name} sums`, sums);
    return { value: batchNormalization(x, mean, variance, gamma, beta, normal), backward };
  };
  const x = rectify(given);
  const first = convolved('first', x, kernel, stride, of.bias);
  const inner = rectify(first.value);
  const second = convolved('second', inner, 3, 1, false);
  const alike = stride === 1 && channels === filters;
  const branch = alike ? undefined : convolved('branch', x, 1, stride, false);
  const y = rectify(add(second.value, branch?.value ?? x));
  graph.output('y', y);
  const arriving = rectifyGradient(graph.input('dy', y.type.shape), y);
  const aside = branch ? branch.backward(arriving) : arriving;
  const between = rectifyGradient(second.backward(arriving), inner);
  const sum = add(aside, first.backward(between));
  graph.output('dx', rectifyGradient(sum, x));
  if (of.asked === 'between') {
    gradientsOf.push({ name: 'between', node: between }, { name: 'sum', node: sum }, { name: 'inner', node: inner });
    for (const { name, node } of gradientsOf) graph.output(name, node);
  }
  return graph.finish();
}

interface RectifiedPool {
  readonly channels: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: 'valid' | 'same';
  readonly six: boolean;
  /** What the rectifier's gradient looks at: what was pooled, or another rectifier's output. */
  readonly of: 'pooled' | 'other';
}

/** The gradient of a max pooling behind a rectifier. */
function rectifiedPool({ channels, size, stride, padding, six, of }: RectifiedPool): Graph {
  const graph = new GraphBuilder('rectified pooling');
  const [rectify, rectifyGradient] = six ? [relu6, relu6Gradient] : [relu, reluGradient];
  const shape = [2, 37, 11, channels];
  const x = rectify(affine(graph.input('x', shape), { scale: 6, offset: 1 }));
  const pooling = { poolSize: [size, size], strides: [stride, stride], padding, ceilMode: false } as const;
  const y = maxPool2d(x, pooling);
  const gradient = maxPool2dGradient(graph.input('dy', y.type.shape), x, y, pooling);
  graph.output('dx', rectifyGradient(gradient, of === 'pooled' ? x : rectify(graph.input('other', shape))));
  return graph.finish();
}

/** Softmax regression with its gradients written out, trained by SGD. */
function regression(): Graph {
  const graph = new GraphBuilder('regression');
  const [batch, features, classes] = [33, 67, 5];
  const x = graph.input('x', [batch, features]);
  const labels = graph.input('labels', [batch], 'int32');
  const w = graph.variable(variable('w', [features, classes], 1));
  const b = graph.variable(variable('b', [classes], 2));
  const plain = { transposeA: false, transposeB: false };
  const logits = biasAdd(matmul(x, w, plain), b);
  const losses = sparseSoftmaxCrossentropy(logits, labels);
  graph.output('loss', reduceMean(losses, { axes: [0], keepDims: false }));
  const share = graph.constant(new Float32Array(batch).fill(1 / batch), [batch]);
  const gradient = sparseSoftmaxCrossentropyGradient(share, logits, labels);
  const rate = graph.scalar(0.1);
  const dw = matmul(x, gradient, { transposeA: true, transposeB: false });
  sgd(w, dw, rate, { weightDecay: 0.01 });
  sgd(b, biasGradient(gradient), rate, { weightDecay: 0 });
  return graph.finish();
}

function variable(name: string, shape: Shape, seed: number): Variable {
  return new Variable(name, shape, 'weight', () =>
    Float32Array.from(drawValue(shape, seed, { low: -0.5, high: 0.5 }).data),
  );
}

/** Checks an asynchronous property over drawn things and throws the smallest failure's own message. */
export async function holds<T>(drawn: fc.Arbitrary<T>, runs: number, body: (value: T) => Promise<void>): Promise<void> {
  const result = await fc.check(fc.asyncProperty(drawn, body), { numRuns: runs, seed: 1 });
  if (!result.failed) return;
  const { errorInstance } = result;
  if (errorInstance instanceof Error) throw errorInstance;
  throw new Error(`failed for ${fc.stringify(result.counterexample)}: ${String(errorInstance)}`);
}

export const graphTests: ContractTests = {
  async 'random graphs'(engine) {
    const drawn = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 25 }));
    await holds(drawn, 40, ([seed, size]) =>
      agree(engine, randomGraph(seed, size), `${engine.name}: random graph of seed ${seed} and size ${size}`),
    );
  },

  async 'convolutions with bias, activation and pooling behind them'(engine) {
    const drawn: fc.Arbitrary<Block> = fc.record({
      seed: fc.nat(1000),
      channels: fc.constantFrom(1, 3, 4, 8, 10, 16),
      filters: fc.constantFrom(3, 4, 8, 12, 24),
      kernel: fc.constantFrom(1, 3, 3, 5),
      stride: fc.constantFrom(1, 1, 2),
      padding: fc.constantFrom('valid' as const, 'same' as const),
      bias: fc.boolean(),
      activation: fc.boolean(),
      pool: fc.boolean(),
      between: fc.boolean(),
    });
    await holds(drawn, 25, (block) =>
      agree(engine, convolutionBlock(block), `${engine.name}: convolution block ${JSON.stringify(block)}`),
    );
  },

  async 'gradients by the picture through residual blocks'(engine) {
    const drawn: fc.Arbitrary<Residual> = fc.record({
      seed: fc.nat(1000),
      size: fc.constantFrom<Residual['size'][]>([12, 12], [7, 9], [16, 5]),
      channels: fc.constantFrom(1, 3, 8, 16, 24),
      filters: fc.constantFrom(3, 8, 16, 24),
      kernel: fc.constantFrom(1, 3, 3, 5, 7),
      stride: fc.constantFrom(1, 1, 2, 3),
      bias: fc.boolean(),
      six: fc.boolean(),
      batchStatistics: fc.constantFrom(false, false, true),
      asked: fc.constantFrom<Residual['asked'][]>('nothing', 'nothing', 'sums', 'gamma', 'between'),
    });
    await holds(drawn, 30, (block) =>
      agree(engine, residualBlock(block), `${engine.name}: residual block ${JSON.stringify(block)}`),
    );
  },

  async 'gradients of max poolings behind rectifiers'(engine) {
    const drawn: fc.Arbitrary<RectifiedPool> = fc.record({
      channels: fc.constantFrom(1, 3, 4, 10),
      size: fc.constantFrom(2, 3, 3, 5),
      stride: fc.constantFrom(1, 2, 2, 3),
      padding: fc.constantFrom('valid' as const, 'same' as const),
      six: fc.boolean(),
      of: fc.constantFrom<RectifiedPool['of'][]>('pooled', 'pooled', 'other'),
    });
    await holds(drawn, 30, (pool) =>
      agree(engine, rectifiedPool(pool), `${engine.name}: rectified pooling ${JSON.stringify(pool)}`),
    );
  },

  async 'twenty steps of training'(engine) {
    await agree(engine, regression(), `${engine.name}: softmax regression`, 20);
  },
};
