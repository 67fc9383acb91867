import { GraphBuilder, Variable, type Node, type Operator, type Value } from '../../graph/index.js';
import { drawValue } from '../../ops/drawing.js';
import { referenceOf } from '../../ops/references.js';
import { formatShape, mix32, sizeOf } from '../../tensor/index.js';
import type { OperatorCase, OperatorCases } from '../cases/case.js';
import type { Engine, Feeds } from '../contract.js';
import { compare } from './compare.js';

/** How an operand reaches the operator. */
type Source = 'input' | 'variable' | 'constant';

/**
 * Runs one application of an operator on an engine, each time with new inputs, and compares what comes out, and the
 * variables it changes, with its reference implementation.
 *
 * Operands come as inputs, variables or constants, as the seed has it: an engine may treat them differently.
 */
export async function runOperator<A>(
  engine: Engine,
  operator: Operator<A>,
  cases: OperatorCases<A>,
  { shapes, attributes, ranges = cases.ranges ?? [{}] }: OperatorCase<A>,
  seed: number,
  runs: number,
): Promise<void> {
  const { int32 = [], derive = (given: readonly Value[]) => given } = cases;
  const mutated = operator.mutates ?? [];
  const sources = shapes.map((_, i): Source => {
    if (mutated.includes(i)) return 'variable';
    if (cases.derive) return 'input';
    const choice = mix32(seed + i) % 4;
    if (choice === 0) return 'constant';
    return choice === 1 && !int32.includes(i) ? 'variable' : 'input';
  });
  const drawn = (round: number): readonly Value[] =>
    derive(
      shapes.map((shape, i) =>
        rounded(drawValue(shape, seed + 31 * i + 1009 * round, ranges[Math.min(i, ranges.length - 1)])),
      ),
      attributes,
    ).map(rounded);

  const values = [...drawn(0)];
  const graph = new GraphBuilder(operator.name);
  const variables: (Variable | undefined)[] = [];
  const operands = shapes.map((shape, i): Node => {
    const whole = int32.includes(i);
    if (sources[i] === 'variable') {
      const initial = Float32Array.from(values[i].data);
      variables[i] = new Variable(`operand ${i}`, shape, 'weight', () => initial);
      return graph.variable(variables[i]);
    }
    if (sources[i] === 'input') return graph.input(`operand ${i}`, shape, whole ? 'int32' : 'float32');
    return graph.constant(whole ? Int32Array.from(values[i].data) : Float32Array.from(values[i].data), shape);
  });
  const node = graph.add(operator, operands, attributes);
  if (mutated.length === 0) graph.output('y', node);
  const what =
    `${engine.name}: ${operator.name}(` +
    operands.map(({ type }, i) => `${sources[i]} ${type.dtype} ${formatShape(type.shape)}`).join(', ') +
    `) ${JSON.stringify(attributes)}`;

  const program = engine.compile(graph.finish());
  try {
    for (let round = 0; round < runs; round++) {
      const fresh = drawn(round);
      sources.forEach((source, i) => source === 'input' && (values[i] = fresh[i]));
      const outputs = await program.run(feedsFor(operands, values));
      const y = computed(operator, values, attributes, node);
      const magnitude = cases.tolerance.summed ? computed(operator, values.map(absolute), attributes, node) : undefined;
      if (mutated.length === 0) compare(`${what}, run ${round + 1}`, outputs.y.data, y, cases.tolerance, magnitude);
      for (const i of mutated) {
        const now = await engine.read(variables[i]!);
        compare(`${what}, run ${round + 1}, operand ${i} afterwards`, now, values[i], cases.tolerance);
      }
    }
  } finally {
    program.dispose();
    engine.release(variables.filter((variable) => variable !== undefined));
  }
}

function feedsFor(operands: readonly Node[], values: readonly Value[]): Feeds {
  const feeds: Record<string, Float32Array | Int32Array> = {};
  operands.forEach((node, i) => {
    if (node.kind !== 'input') return;
    feeds[node.name] = (node.type.dtype === 'int32' ? Int32Array : Float32Array).from(values[i].data);
  });
  return feeds;
}

/** The reference's output; effects change `values` themselves. */
function computed<A>(operator: Operator<A>, values: readonly Value[], attributes: A, { type: { shape } }: Node): Value {
  const y = { shape, data: new Float64Array(sizeOf(shape)) };
  referenceOf(operator)(values, attributes, y);
  return y;
}

/** Numbers as float32 holds them, so that both sides start from the same. */
const rounded = ({ shape, data }: Value): Value => ({ shape, data: data.map(Math.fround) });

const absolute = ({ shape, data }: Value): Value => ({ shape, data: data.map(Math.abs) });
