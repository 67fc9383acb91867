import { sizeOf } from '../../tensor/index.js';
import type { KerasWeight } from './read/kerasGraph.js';
import type { LayerOptionsReader } from './read/layerOptions.js';

/** The names of the two factors of what a low-rank adapter (LoRA; Hu et al. 2021) adds to a kernel. */
const [first, second] = ['lora_kernel_a', 'lora_kernel_b'];

/** Whether some of a layer's weights are a low-rank adapter's. */
export function hasAdapters(weights: readonly KerasWeight[]): boolean {
  return weights.some(({ kind }) => kind.startsWith('lora_'));
}

/**
 * A layer's weights with its low-rank adapter added to its kernel, as Keras computes with it: kernel + A · B · alpha / rank.
 * Keras's `.keras` files hold the sum, its `.h5` files the parts.
 *
 * @throws StriateError when one of the parts is missing or of another shape.
 */
export function mergeAdapters(weights: readonly KerasWeight[], options: LayerOptionsReader): readonly KerasWeight[] {
  if (!hasAdapters(weights)) return weights;
  const [a, b, kernel] = [first, second, 'kernel'].map((kind) => weights.find((weight) => weight.kind === kind));
  const rank = b?.shape[0] ?? 0;
  const [inner, outer] = [a && sizeOf(a.shape) / rank, b && sizeOf(b.shape) / rank];
  if (!a || !b || !kernel || !rank || inner! * outer! !== kernel.data.length || a.shape.at(-1) !== rank) {
    throw options.refuse(
      'its low-rank adapter (LoRA) does not fit its kernel; merge it in Keras and save the model again',
    );
  }
  const scale = options.number('lora_alpha', rank) / options.number('lora_rank', rank);
  const data = kernel.data.slice();
  for (let row = 0; row < inner!; row++) {
    for (let k = 0; k < rank; k++) {
      const factor = a.data[row * rank + k] * scale;
      for (let column = 0; column < outer!; column++)
        data[row * outer! + column] += factor * b.data[k * outer! + column];
    }
  }
  return weights.flatMap((weight) => {
    if (weight.kind.startsWith('lora_')) return [];
    return weight === kernel ? [{ ...kernel, data }] : [weight];
  });
}
