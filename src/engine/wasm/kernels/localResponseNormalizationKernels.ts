// Local response normalization over the last axis of [rows, channels], and its gradient. Compiled by AssemblyScript.
//
// Each worker has rows of its own in scratch memory, with zeros before and behind, so that no window needs to know where
// the channels end. They are one vector longer than the windows reach: the last vector is stored whole.
import { element, fetch, put } from './lanes';
import { fma } from './simd';
import { exp, log } from './vectorMath';

@unmanaged
class ResponseArgs {
  /** The gradient by the output; not read by the forward pass. */
  dy: usize;
  x: usize;
  y: usize;
  scratch: usize;
  scratchPerWorker: i32;
  rows: i32;
  rowsPerTile: i32;
  channels: i32;
  /** Channels of the window before and behind the own one, at most channels − 1 each. */
  before: i32;
  after: i32;
  /** alpha / size. */
  alpha: f32;
  beta: f32;
  bias: f32;
}

// d^−0.75 = 1 / (√d · √√d): the usual exponent, without a logarithm.
@unmanaged
class ThreeQuarters {
  @inline power(d: v128, beta: v128): v128 {
    const root = f32x4.sqrt(d);
    return f32x4.div(f32x4.splat(1), f32x4.mul(root, f32x4.sqrt(root)));
  }
}

// d^−beta for any beta.
@unmanaged
class Any {
  @inline power(d: v128, beta: v128): v128 {
    return exp(f32x4.neg(f32x4.mul(beta, log(d))));
  }
}

// @ts-ignore: decorator
@inline
function rowBytes(args: ResponseArgs): usize {
  return <usize>(args.before + args.after + args.channels + 4) << 2;
}

/** Σ of `count` neighbours from an address on, for four channels. */
// @ts-ignore: decorator
@inline
function windowSum(at: usize, count: i32): v128 {
  let sum = v128.load(at);
  for (let i = 1; i < count; i++) sum = f32x4.add(sum, v128.load(at + ((<usize>i) << 2)));
  return sum;
}

/** Squares of a row's n elements, behind the zeros at `to`. */
// @ts-ignore: decorator
@inline
function squareRow(x: usize, to: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    const value = fetch(x, n);
    v128.store(to, f32x4.mul(value, value));
    x += 16;
    to += 16;
  }
}

// @ts-ignore: decorator
@inline
function normalizeRows<Op>(args: ResponseArgs, tile: i32, worker: i32): void {
  const op = changetype<Op>(0);
  const alpha = f32x4.splat(args.alpha);
  const beta = f32x4.splat(args.beta);
  const bias = f32x4.splat(args.bias);
  const count = args.before + 1 + args.after;
  const squares = args.scratch + <usize>worker * <usize>args.scratchPerWorker;
  memory.fill(squares, 0, rowBytes(args));
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    let x = element(args.x, row * args.channels);
    let y = element(args.y, row * args.channels);
    squareRow(x, element(squares, args.before), args.channels);
    let at = squares;
    for (let n = args.channels; n > 0; n -= 4) {
      const d = fma(windowSum(at, count), alpha, bias);
      put(y, f32x4.mul(fetch(x, n), op.power(d, beta)), n);
      x += 16;
      y += 16;
      at += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function normalizeRowsGradient<Op>(args: ResponseArgs, tile: i32, worker: i32): void {
  const op = changetype<Op>(0);
  const alpha = f32x4.splat(args.alpha);
  const beta = f32x4.splat(args.beta);
  const bias = f32x4.splat(args.bias);
  const factor = f32x4.splat(2 * args.alpha * args.beta);
  const count = args.before + 1 + args.after;
  const squares = args.scratch + <usize>worker * <usize>args.scratchPerWorker;
  const terms = squares + rowBytes(args);
  memory.fill(squares, 0, 2 * rowBytes(args));
  const end = min(args.rows, (tile + 1) * args.rowsPerTile);
  for (let row = tile * args.rowsPerTile; row < end; row++) {
    const start = element(0, row * args.channels);
    let x = args.x + start;
    let dy = args.dy + start;
    let dx = args.y + start;
    squareRow(x, element(squares, args.before), args.channels);
    // dx = dy · d^−beta for now; the terms dy · x · d^(−beta − 1) wait behind `after` zeros: the windows turned round.
    let at = squares;
    let term = element(terms, args.after);
    for (let n = args.channels; n > 0; n -= 4) {
      const d = fma(windowSum(at, count), alpha, bias);
      const own = f32x4.mul(fetch(dy, n), op.power(d, beta));
      put(dx, own, n);
      v128.store(term, f32x4.div(f32x4.mul(own, fetch(x, n)), d));
      x += 16;
      dy += 16;
      dx += 16;
      at += 16;
      term += 16;
    }
    x = args.x + start;
    dx = args.y + start;
    at = terms;
    for (let n = args.channels; n > 0; n -= 4) {
      const rest = f32x4.mul(factor, f32x4.mul(fetch(x, n), windowSum(at, count)));
      put(dx, f32x4.sub(fetch(dx, n), rest), n);
      x += 16;
      dx += 16;
      at += 16;
    }
  }
}

/** y = x · (bias + alpha · Σ x²)^−beta, the sum over the window of each channel. */
export function localResponseNormalization(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ResponseArgs>(at);
  if (args.beta == 0.75) normalizeRows<ThreeQuarters>(args, tile, worker);
  else normalizeRows<Any>(args, tile, worker);
}

/** dx = dy · d^−beta − 2 · alpha · beta · x · Σ dy · x · d^(−beta − 1), d = bias + alpha · Σ x². */
export function localResponseNormalizationGradient(at: usize, tile: i32, worker: i32): void {
  const args = changetype<ResponseArgs>(at);
  if (args.beta == 0.75) normalizeRowsGradient<ThreeQuarters>(args, tile, worker);
  else normalizeRowsGradient<Any>(args, tile, worker);
}
