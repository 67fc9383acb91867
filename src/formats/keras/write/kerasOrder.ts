import type { WrittenLayer, WrittenValue } from './kerasEmitter.js';

/** One application of a layer that is to be written. */
interface Application {
  readonly layer: WrittenLayer;
  readonly inputs: readonly Application[];
}

/**
 * Layers in the order in which Keras holds those of a functional model, whatever the order in its file: by depth, the longest
 * way to an output, the deepest first; among equals as a walk from the outputs back to the inputs meets them. Keras counts
 * layers in this order when it gives them the weights of a file.
 */
export function kerasOrder(layers: readonly WrittenLayer[], outputs: readonly WrittenValue[]): readonly WrittenLayer[] {
  const applications = applicationsOf(layers);
  const { finished, met } = walkBack(outputs.map((value) => applications.get(value.layer)![value.node]));
  const depths = layerDepths(finished);
  // An input that no output needs stands before all others of depth 0.
  return [...layers].sort(
    (a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0) || (met.get(a) ?? -1) - (met.get(b) ?? -1),
  );
}

/** The applications of every layer by its name; an input layer is its own. */
function applicationsOf(layers: readonly WrittenLayer[]): ReadonlyMap<string, readonly Application[]> {
  interface Linked extends Application {
    readonly inputs: Application[];
  }
  const made = new Map<string, readonly Linked[]>(
    layers.map((layer) => [
      layer.name,
      Array.from({ length: Math.max(1, layer.calls.length) }, () => ({ layer, inputs: [] })),
    ]),
  );
  for (const { name, calls } of layers) {
    for (const [i, values] of calls.entries()) {
      made.get(name)![i].inputs.push(...values.map((value) => made.get(value.layer)![value.node]));
    }
  }
  return made;
}

/** Every application behind the outputs, inputs before users, and when the walk first met each layer. */
function walkBack(outputs: readonly Application[]): {
  readonly finished: ReadonlySet<Application>;
  readonly met: ReadonlyMap<WrittenLayer, number>;
} {
  const finished = new Set<Application>();
  const met = new Map<WrittenLayer, number>();
  for (const output of outputs) {
    // A stack of one's own: networks are deeper than calls may be.
    const path: { readonly at: Application; next: number }[] = [];
    const enter = (at: Application): void => {
      if (finished.has(at)) return;
      if (!met.has(at.layer)) met.set(at.layer, met.size);
      path.push({ at, next: 0 });
    };
    enter(output);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      if (step.next < step.at.inputs.length) enter(step.at.inputs[step.next++]);
      else {
        finished.add(step.at);
        path.pop();
      }
    }
  }
  return { finished, met };
}

/** How many applications lie between a layer and an output at most, as Keras counts: a shared layer by its deepest use so far. */
function layerDepths(finished: ReadonlySet<Application>): ReadonlyMap<WrittenLayer, number> {
  const own = new Map<Application, number>();
  const depths = new Map<WrittenLayer, number>();
  for (const application of [...finished].reverse()) {
    const { layer, inputs } = application;
    const depth = Math.max(own.get(application) ?? 0, depths.get(layer) ?? 0);
    depths.set(layer, depth);
    for (const input of inputs) own.set(input, Math.max(own.get(input) ?? 0, depth + 1));
  }
  return depths;
}

/**
 * The applications of shared layers in the order in which readers make them: TensorFlow.js goes over the layers again and
 * again, each time applying what has its inputs, and counts a layer's applications as it goes. Gives the layers and what a
 * value is called by then.
 */
export function asApplied(layers: readonly WrittenLayer[]): {
  readonly layers: readonly WrittenLayer[];
  readonly renumbered: (value: WrittenValue) => WrittenValue;
} {
  const places = new Map(layers.map(({ name }) => [name, new Map<number, number>()]));
  const renumbered = (value: WrittenValue): WrittenValue => ({
    ...value,
    node: places.get(value.layer)!.get(value.node) ?? value.node,
  });
  const isMade = ({ layer, node }: WrittenValue): boolean => isInput.has(layer) || places.get(layer)!.has(node);
  const isInput = new Set(layers.filter(({ calls }) => calls.length === 0).map(({ name }) => name));
  let waiting = layers.flatMap(({ name, calls }) => calls.map((inputs, node) => ({ name, inputs, node })));
  while (waiting.length) {
    waiting = waiting.filter(({ name, inputs, node }) => {
      if (!inputs.every(isMade)) return true;
      const made = places.get(name)!;
      made.set(node, made.size);
      return false;
    });
  }
  return {
    layers: layers.map((layer) => {
      const order = [...places.get(layer.name)!].sort(([, a], [, b]) => a - b).map(([node]) => node);
      return {
        ...layer,
        calls: order.map((node) => layer.calls[node].map(renumbered)),
        outputs: order.length ? order.map((node) => layer.outputs[node]) : layer.outputs,
      };
    }),
    renumbered,
  };
}
