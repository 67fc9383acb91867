// Kernels over the last axis of [rows, classes]: softmax, cross-entropy, argmax. Compiled by AssemblyScript.
import { element, flushTiny, loadLanes, maxLanes, storeLanes, sumLanes } from './lanes';
import { fma, fnma } from './simd';
import { exp, log } from './vectorMath';

/** The largest of n elements; NaN when there is one. */
function maxOf(x: usize, n: i32): f32 {
  let result = f32x4.splat(-Infinity);
  for (; n >= 4; n -= 4) {
    result = f32x4.max(result, v128.load(x));
    x += 16;
  }
  if (n > 0) result = f32x4.max(result, loadLanes(x, n, -Infinity));
  return maxLanes(result);
}

/** Σ exp(x − largest); where `y` is an address, also stores the exponentials. */
function sumExp(x: usize, y: usize, n: i32, largest: f32): f32 {
  const shift = f32x4.splat(largest);
  let sum = f32x4.splat(0);
  for (; n >= 4; n -= 4) {
    const e = exp(f32x4.sub(v128.load(x), shift));
    sum = f32x4.add(sum, e);
    if (y) {
      v128.store(y, e);
      y += 16;
    }
    x += 16;
  }
  if (n > 0) {
    const e = exp(f32x4.sub(loadLanes(x, n, -Infinity), shift));
    if (y) storeLanes(y, e, n);
    sum = f32x4.add(sum, e);
  }
  return sumLanes(sum);
}

/** Multiplies n elements in place; what becomes too small is 0. */
function scaleRow(y: usize, n: i32, by: f32): void {
  const factor = f32x4.splat(by);
  for (; n >= 4; n -= 4) {
    v128.store(y, flushTiny(f32x4.mul(v128.load(y), factor)));
    y += 16;
  }
  if (n > 0) storeLanes(y, flushTiny(f32x4.mul(loadLanes(y, n), factor)), n);
}

// @ts-ignore: decorator
@inline
function logOf(x: f32): f32 {
  return f32x4.extract_lane(log(f32x4.splat(x)), 0);
}

@unmanaged
class RowArgs {
  a: usize;
  b: usize;
  c: usize;
  y: usize;
  rows: i32;
  rowsPerTile: i32;
  classes: i32;
}

/** y = softmax(a). */
export function softmax(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RowArgs>(at);
  const n = args.classes;
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const x = element(args.a, row * n);
    const y = element(args.y, row * n);
    const sum = sumExp(x, y, n, maxOf(x, n));
    scaleRow(y, n, 1 / sum);
  }
}

/** y = b · (a − Σ a·b): a is the gradient by softmax's output b. */
export function softmaxGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RowArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const dy = element(args.a, row * args.classes);
    const y = element(args.b, row * args.classes);
    const dx = element(args.y, row * args.classes);
    let sum = f32x4.splat(0);
    let at: usize = 0;
    let n = args.classes;
    for (; n >= 4; n -= 4) {
      sum = fma(v128.load(dy + at), v128.load(y + at), sum);
      at += 16;
    }
    if (n > 0) sum = fma(loadLanes(dy + at, n), loadLanes(y + at, n), sum);
    const dot = f32x4.splat(sumLanes(sum));
    at = 0;
    n = args.classes;
    for (; n >= 4; n -= 4) {
      v128.store(dx + at, f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), dot)));
      at += 16;
    }
    if (n > 0) storeLanes(dx + at, f32x4.mul(loadLanes(y + at, n), f32x4.sub(loadLanes(dy + at, n), dot)), n);
  }
}

/** y = Σ b · (log Σ exp a − a): a: logits, b: targets. */
export function softmaxCrossentropy(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RowArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const x = element(args.a, row * args.classes);
    const t = element(args.b, row * args.classes);
    const largest = maxOf(x, args.classes);
    // Σ t · (log sum − (x − largest)): the largest is taken out first, lest it swallow the rest.
    const total = f32x4.splat(logOf(sumExp(x, 0, args.classes, largest)));
    const shift = f32x4.splat(largest);
    let loss = f32x4.splat(0);
    let at: usize = 0;
    let n = args.classes;
    for (; n >= 4; n -= 4) {
      loss = fma(v128.load(t + at), f32x4.sub(total, f32x4.sub(v128.load(x + at), shift)), loss);
      at += 16;
    }
    if (n > 0) loss = fma(loadLanes(t + at, n), f32x4.sub(total, f32x4.sub(loadLanes(x + at, n), shift)), loss);
    store<f32>(element(args.y, row), sumLanes(loss));
  }
}

/** y = a · (softmax(b) · Σ c − c): a: the loss's gradient, b: logits, c: targets. */
export function softmaxCrossentropyGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RowArgs>(at);
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const x = element(args.b, row * args.classes);
    const t = element(args.c, row * args.classes);
    const dx = element(args.y, row * args.classes);
    const sum = sumExp(x, dx, args.classes, maxOf(x, args.classes));
    let weight = f32x4.splat(0);
    let at: usize = 0;
    let n = args.classes;
    for (; n >= 4; n -= 4) {
      weight = f32x4.add(weight, v128.load(t + at));
      at += 16;
    }
    if (n > 0) weight = f32x4.add(weight, loadLanes(t + at, n));
    const dloss = load<f32>(element(args.a, row));
    const own = f32x4.splat(dloss);
    const factor = f32x4.splat((dloss * sumLanes(weight)) / sum);
    at = 0;
    n = args.classes;
    for (; n >= 4; n -= 4) {
      const share = flushTiny(f32x4.mul(v128.load(dx + at), factor));
      v128.store(dx + at, fnma(v128.load(t + at), own, share));
      at += 16;
    }
    if (n > 0) {
      const share = flushTiny(f32x4.mul(loadLanes(dx + at, n), factor));
      storeLanes(dx + at, fnma(loadLanes(t + at, n), own, share), n);
    }
  }
}

/** y = log Σ exp a − a[label]: a: logits, b: int32 labels; NaN where the label is out of range. */
export function sparseSoftmaxCrossentropy(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RowArgs>(at);
  const n = args.classes;
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const x = element(args.a, row * n);
    const label = load<i32>(element(args.b, row));
    let loss: f32 = NaN;
    if (<u32>label < <u32>n) {
      const largest = maxOf(x, n);
      loss = logOf(sumExp(x, 0, n, largest)) - (load<f32>(element(x, label)) - largest);
    }
    store<f32>(element(args.y, row), loss);
  }
}

/** y = a · (softmax(b) − onehot(c)): a: the loss's gradient, b: logits, c: int32 labels; NaN where the label is out of range. */
export function sparseSoftmaxCrossentropyGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RowArgs>(at);
  const n = args.classes;
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const x = element(args.b, row * n);
    const dx = element(args.y, row * n);
    const label = load<i32>(element(args.c, row));
    const dloss = load<f32>(element(args.a, row));
    const sum = sumExp(x, dx, n, maxOf(x, n));
    if (<u32>label < <u32>n) {
      scaleRow(dx, n, dloss / sum);
      const own = element(dx, label);
      store<f32>(own, load<f32>(own) - dloss);
    } else {
      scaleRow(dx, n, NaN);
    }
  }
}

/** y = the place of a's first largest element, int32. */
export function argMax(at: usize, tile: i32, worker: i32): void {
  const args = changetype<RowArgs>(at);
  const n = args.classes;
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const x = element(args.a, row * n);
    const largest = maxOf(x, n);
    let best = 0;
    while (load<f32>(element(x, best)) < largest) best++;
    store<i32>(element(args.y, row), best);
  }
}

@unmanaged
class OneHotArgs {
  labels: usize;
  y: usize;
  rows: i32;
  rowsPerTile: i32;
  depth: i32;
}

/** y[row][label] = 1, else 0. */
export function oneHot(at: usize, tile: i32, worker: i32): void {
  const args = changetype<OneHotArgs>(at);
  const first = tile * args.rowsPerTile;
  const end = min(args.rows, first + args.rowsPerTile);
  memory.fill(element(args.y, first * args.depth), 0, <usize>((end - first) * args.depth) << 2);
  for (let row = first; row < end; row++) {
    const label = load<i32>(element(args.labels, row));
    if (<u32>label < <u32>args.depth) store<f32>(element(args.y, row * args.depth + label), 1);
  }
}
