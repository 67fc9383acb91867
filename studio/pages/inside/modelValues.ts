import { StriateError, type Model, type SymbolicTensor, type Tensor } from 'striate';
import { problem } from './problems.js';
import type { UnitQuestion, Value } from './units.js';

/** Everything that a model's layers give for one picture. */
export interface ModelValues {
  /** The picture as the model takes it. */
  readonly picture: Value;
  /** What each call of a layer gives, in order. */
  readonly calls: readonly Value[];
}

/** What all of a model's layers give for one picture [H, W, C], in one pass. */
export async function modelValues(model: Model, picture: Tensor<'float32'>): Promise<ModelValues> {
  const { inputs, predictionCalls } = model.topology;
  if (inputs.length !== 1) {
    throw new StriateError({
      where: model.name,
      rule: problem.severalInputs,
      received: inputs.length,
      advice: problem.openOther,
    });
  }
  // Layers that only pass on what they take give no node of their own.
  const program = await model.program('inside', (graph, topology) => {
    const values = topology.emitValues(graph, [graph.input('picture', [1, ...inputs[0].shape])]);
    const seen = new Map([[values.get(inputs[0])!, -1]]);
    predictionCalls.forEach(({ output }, i) => {
      const node = values.get(output)!;
      if (seen.has(node)) return;
      seen.set(node, i);
      graph.output(`call:${i}`, node);
    });
  });
  const found = await program.run({ picture: picture.data });
  const values = new Map<SymbolicTensor, Value>([[inputs[0], { shape: inputs[0].shape, data: picture.data }]]);
  const calls = predictionCalls.map(({ inputs: from, output }, i): Value => {
    const data = (found[`call:${i}`]?.data ?? values.get(from[0])!.data) as Float32Array;
    const value = { shape: output.shape, data };
    values.set(output, value);
    return value;
  });
  return { picture: { shape: inputs[0].shape, data: picture.data }, calls };
}

/** What unit evidence asks of a call: what it takes and gives, and its layer's weights. */
export function unitQuestion(
  model: Model,
  values: ModelValues,
  weights: ReadonlyMap<string, Value>,
  call: number,
): UnitQuestion {
  const { predictionCalls } = model.topology;
  const { layer, inputs } = predictionCalls[call];
  const prefix = `${layer.name}/`;
  const own = [...weights].filter(([name]) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'));
  return {
    layer,
    inputs: inputs.map((input) => valueOf(model, values, input)),
    output: values.calls[call],
    weights: new Map(own.map(([name, weight]) => [name.slice(prefix.length), weight])),
  };
}

/** Which call gives each input of a call; −1 for the picture. */
export function callsBefore(model: Model, call: number): readonly number[] {
  const { predictionCalls } = model.topology;
  return predictionCalls[call].inputs.map((input) => predictionCalls.findIndex(({ output }) => output === input));
}

/** Which calls take what a call gives, and as which of their inputs. */
export function callsAfter(model: Model, call: number): readonly { readonly call: number; readonly input: number }[] {
  const { predictionCalls } = model.topology;
  const { output } = predictionCalls[call];
  return predictionCalls.flatMap(({ inputs }, after) =>
    inputs.flatMap((input, i) => (input === output ? [{ call: after, input: i }] : [])),
  );
}

function valueOf(model: Model, { picture, calls }: ModelValues, input: SymbolicTensor): Value {
  const call = model.topology.predictionCalls.findIndex(({ output }) => output === input);
  return call < 0 ? picture : calls[call];
}
