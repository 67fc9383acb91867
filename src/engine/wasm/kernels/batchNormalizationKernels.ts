// Batch normalization and its gradient by x. Compiled by AssemblyScript.
//
// A first step makes coefficients per channel, repeated `times` times so that few channels still fill whole vectors; a
// second goes over rows of channels · times elements.
import { activateVector } from './activateVector';
import { element, loadLanes, storeLanes } from './lanes';
import { fma } from './simd';

@unmanaged
class CoefficientArgs {
  mean: usize;
  variance: usize;
  gamma: usize;
  p: usize;
  q: usize;
  coefficients: usize;
  channels: i32;
  times: i32;
  epsilon: f32;
  perElement: f32;
}

/** [mean, gamma / √(variance + epsilon), beta], each channels · times long; p: beta. One tile. */
export function normalizationCoefficients(at: usize, tile: i32, worker: i32): void {
  const args = changetype<CoefficientArgs>(at);
  const width = args.channels * args.times;
  for (let i = 0; i < width; i++) {
    const channel = element(0, i % args.channels);
    const deviation = Mathf.sqrt(load<f32>(args.variance + channel) + args.epsilon);
    store<f32>(element(args.coefficients, i), load<f32>(args.mean + channel));
    store<f32>(element(args.coefficients, width + i), load<f32>(args.gamma + channel) / deviation);
    store<f32>(element(args.coefficients, 2 * width + i), load<f32>(args.p + channel));
  }
}

/**
 * [mean, a, b, c] for dx = a·dy + b·(x − mean) + c: a = gamma / √(variance + epsilon); b and c carry the gradients by gamma
 * (p) and beta (q) back through the batch's statistics; perElement is 1 / elements per channel, or 0 where the statistics
 * are not the batch's (p and q then point to anything). One tile.
 */
export function normalizationGradientCoefficients(at: usize, tile: i32, worker: i32): void {
  const args = changetype<CoefficientArgs>(at);
  const width = args.channels * args.times;
  const through = args.perElement != 0;
  for (let i = 0; i < width; i++) {
    const channel = element(0, i % args.channels);
    const deviation = Mathf.sqrt(load<f32>(args.variance + channel) + args.epsilon);
    const a = load<f32>(args.gamma + channel) / deviation;
    store<f32>(element(args.coefficients, i), load<f32>(args.mean + channel));
    store<f32>(element(args.coefficients, width + i), a);
    const share = -a * args.perElement;
    store<f32>(
      element(args.coefficients, 2 * width + i),
      through ? (share * load<f32>(args.p + channel)) / deviation : 0,
    );
    store<f32>(element(args.coefficients, 3 * width + i), through ? share * load<f32>(args.q + channel) : 0);
  }
}

@unmanaged
class NormalizeArgs {
  x: usize;
  dy: usize;
  y: usize;
  coefficients: usize;
  count: i32;
  perTile: i32;
  width: i32;
  /** A code of activateVector.ts. */
  activation: i32;
  /** Added before the activation, laid out as y; 0 where there is none. */
  residual: usize;
}

/** y = activation((x − mean) · scale + beta + residual). dy is not read. */
export function normalize(at: usize, tile: i32, worker: i32): void {
  const args = changetype<NormalizeArgs>(at);
  const width = args.width, activation = args.activation;
  const mean = args.coefficients;
  const scale = element(mean, width);
  const beta = element(scale, width);
  const end = min(args.count, (tile + 1) * args.perTile);
  for (let start = tile * args.perTile; start < end; start += width) {
    const x = element(args.x, start);
    const y = element(args.y, start);
    const residual = args.residual ? element(args.residual, start) : 0;
    const n = min(width, end - start);
    let i: usize = 0;
    let left = n;
    for (; left >= 4; left -= 4) {
      const difference = f32x4.sub(v128.load(x + i), v128.load(mean + i));
      let value = fma(difference, v128.load(scale + i), v128.load(beta + i));
      if (residual) value = f32x4.add(value, v128.load(residual + i));
      v128.store(y + i, activateVector(value, activation));
      i += 16;
    }
    if (left > 0) {
      const difference = f32x4.sub(loadLanes(x + i, left), loadLanes(mean + i, left));
      let value = fma(difference, loadLanes(scale + i, left), loadLanes(beta + i, left));
      if (residual) value = f32x4.add(value, loadLanes(residual + i, left));
      storeLanes(y + i, activateVector(value, activation), left);
    }
  }
}

/** y = a · dy + b · (x − mean) + c, the gradient by x. */
export function normalizeGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<NormalizeArgs>(at);
  const width = args.width;
  const mean = args.coefficients;
  const a = element(mean, width);
  const b = element(a, width);
  const c = element(b, width);
  const end = min(args.count, (tile + 1) * args.perTile);
  for (let start = tile * args.perTile; start < end; start += width) {
    const x = element(args.x, start);
    const dy = element(args.dy, start);
    const y = element(args.y, start);
    const n = min(width, end - start);
    let i: usize = 0;
    let left = n;
    for (; left >= 4; left -= 4) {
      const difference = f32x4.sub(v128.load(x + i), v128.load(mean + i));
      const through = fma(difference, v128.load(b + i), v128.load(c + i));
      v128.store(y + i, fma(v128.load(dy + i), v128.load(a + i), through));
      i += 16;
    }
    if (left > 0) {
      const difference = f32x4.sub(loadLanes(x + i, left), loadLanes(mean + i, left));
      const through = fma(difference, loadLanes(b + i, left), loadLanes(c + i, left));
      storeLanes(y + i, fma(loadLanes(dy + i, left), loadLanes(a + i, left), through), left);
    }
  }
}

@unmanaged
class DivideByDeviationArgs {
  x: usize;
  variance: usize;
  y: usize;
  count: i32;
  epsilon: f32;
}

/** y = x / √(variance + epsilon), per channel. One tile. */
export function divideByDeviation(at: usize, tile: i32, worker: i32): void {
  const args = changetype<DivideByDeviationArgs>(at);
  for (let i = 0; i < args.count; i++) {
    const deviation = Mathf.sqrt(load<f32>(element(args.variance, i)) + args.epsilon);
    store<f32>(element(args.y, i), load<f32>(element(args.x, i)) / deviation);
  }
}
