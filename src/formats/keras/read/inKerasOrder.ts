import type { Layer, SymbolicTensor } from '../../../layers/index.js';

/**
 * The layers behind some outputs in the order in which Keras holds them: by depth, the longest way to an output, the deepest
 * first; among equals as a walk from the outputs back to the inputs meets them.
 */
export function inKerasOrder(outputs: readonly SymbolicTensor[]): readonly Layer[] {
  const met = new Set<Layer>();
  const finished = new Set<SymbolicTensor>();
  for (const output of outputs) {
    // A stack of one's own: networks are deeper than calls may be.
    const path: { readonly value: SymbolicTensor; next: number }[] = [];
    const enter = (value: SymbolicTensor): void => {
      if (finished.has(value)) return;
      if (value.source) met.add(value.source.layer);
      path.push({ value, next: 0 });
    };
    enter(output);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const inputs = step.value.source?.inputs ?? [];
      if (step.next < inputs.length) enter(inputs[step.next++]);
      else {
        finished.add(step.value);
        path.pop();
      }
    }
  }
  const depths = new Map<Layer, number>();
  const own = new Map<SymbolicTensor, number>();
  for (const value of [...finished].reverse()) {
    if (!value.source) continue;
    const { layer, inputs } = value.source;
    // A shared layer stands where its deepest use is.
    const depth = Math.max(own.get(value) ?? 0, depths.get(layer) ?? 0);
    depths.set(layer, depth);
    for (const input of inputs) own.set(input, Math.max(own.get(input) ?? 0, depth + 1));
  }
  return [...met].sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0));
}
