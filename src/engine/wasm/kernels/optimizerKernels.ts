// Optimizer steps, in place. Compiled by AssemblyScript.
//
// Slots that decay (moments, velocities) would reach the denormals within some thousand steps; flushTiny stops them there.
import { element, fetch, flushTiny, put } from './lanes';
import { fma, fnma } from './simd';

@unmanaged
class OptimizerArgs {
  variable: usize;
  gradient: usize;
  first: usize;
  second: usize;
  learningRate: usize;
  step: usize;
  count: i32;
  perTile: i32;
  weightDecay: f32;
  a: f32;
  b: f32;
  c: f32;
  d: f32;
  e: f32;
  f: f32;
}

/** 1 − learning rate · weight decay: what decoupled decay leaves of a weight. */
// @ts-ignore: decorator
@inline
function kept(args: OptimizerArgs): v128 {
  return f32x4.splat(1 - load<f32>(args.learningRate) * args.weightDecay);
}

/** w = kept·w − lr·g. */
export function sgd(at: usize, tile: i32, worker: i32): void {
  const args = changetype<OptimizerArgs>(at);
  const start = tile * args.perTile;
  const keep = kept(args);
  const rate = f32x4.splat(load<f32>(args.learningRate));
  let w = element(args.variable, start);
  let g = element(args.gradient, start);
  for (let n = min(args.perTile, args.count - start); n > 0; n -= 4) {
    put(w, fnma(rate, fetch(g, n), f32x4.mul(fetch(w, n), keep)), n);
    w += 16;
    g += 16;
  }
}

/**
 * v = momentum·v − lr·g; w = kept·w + v, or with Nesterov kept·w + momentum·v − lr·g. a: momentum, b: 1 for Nesterov. c: 1 where
 * lr is left out of v and multiplies what is added to w.
 */
export function sgdMomentum(at: usize, tile: i32, worker: i32): void {
  const args = changetype<OptimizerArgs>(at);
  const start = tile * args.perTile;
  const keep = kept(args);
  const rate = f32x4.splat(load<f32>(args.learningRate));
  const momentum = f32x4.splat(args.a);
  const nesterov = args.b != 0, outside = args.c != 0;
  let w = element(args.variable, start);
  let g = element(args.gradient, start);
  let v = element(args.first, start);
  for (let n = min(args.perTile, args.count - start); n > 0; n -= 4) {
    const gradient = fetch(g, n);
    const push = outside ? gradient : f32x4.mul(rate, gradient);
    const velocity = flushTiny(fma(momentum, fetch(v, n), f32x4.neg(push)));
    const weight = f32x4.mul(fetch(w, n), keep);
    put(v, velocity, n);
    if (outside) {
      const move = nesterov ? fma(momentum, velocity, f32x4.neg(push)) : velocity;
      put(w, fma(rate, move, weight), n);
    } else {
      put(w, nesterov ? f32x4.sub(fma(momentum, velocity, weight), push) : f32x4.add(weight, velocity), n);
    }
    w += 16;
    g += 16;
    v += 16;
  }
}

/**
 * m += (g − m)(1 − β₁); v += (g² − v)(1 − β₂); w = kept·w − lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε).
 * a: 1 − β₁, b: 1 − β₂, c: ε, d: ln β₁, e: ln β₂, f: 1 where √(1 − β₂ᵗ)·ε takes ε's place; 1 − βᵗ = −expm1(t·ln β) loses nothing while βᵗ is close to 1.
 */
export function adam(at: usize, tile: i32, worker: i32): void {
  const args = changetype<OptimizerArgs>(at);
  const start = tile * args.perTile;
  const keep = kept(args);
  const t = <f64>load<i32>(args.step);
  const rootOfSecond = Math.sqrt(-Math.expm1(t * <f64>args.e));
  const correction = rootOfSecond / -Math.expm1(t * <f64>args.d);
  const rate = f32x4.splat(<f32>(<f64>load<f32>(args.learningRate) * correction));
  const newFirst = f32x4.splat(args.a);
  const newSecond = f32x4.splat(args.b);
  const epsilon = f32x4.splat(args.f != 0 ? <f32>(<f64>args.c * rootOfSecond) : args.c);
  let w = element(args.variable, start);
  let g = element(args.gradient, start);
  let first = element(args.first, start);
  let second = element(args.second, start);
  for (let n = min(args.perTile, args.count - start); n > 0; n -= 4) {
    const gradient = fetch(g, n);
    const m = fetch(first, n);
    const v = fetch(second, n);
    const m1 = flushTiny(fma(f32x4.sub(gradient, m), newFirst, m));
    const v1 = flushTiny(fma(f32x4.sub(f32x4.mul(gradient, gradient), v), newSecond, v));
    put(first, m1, n);
    put(second, v1, n);
    const move = f32x4.div(f32x4.mul(rate, m1), f32x4.add(f32x4.sqrt(v1), epsilon));
    put(w, f32x4.sub(f32x4.mul(fetch(w, n), keep), move), n);
    w += 16;
    g += 16;
    first += 16;
    second += 16;
  }
}

/** s = ρ·s + (1 − ρ)g²; returns lr·g / √(s + ε), or lr·g / (√s + ε) where e is 1. b: ρ, c: ε, d: 1 − ρ. */
// @ts-ignore: decorator
@inline
function rmspropMove(args: OptimizerArgs, rate: v128, g: usize, s: usize, n: i32): v128 {
  const gradient = fetch(g, n);
  const epsilon = f32x4.splat(args.c);
  const fresh = f32x4.mul(f32x4.mul(gradient, gradient), f32x4.splat(args.d));
  const square = flushTiny(fma(f32x4.splat(args.b), fetch(s, n), fresh));
  put(s, square, n);
  const root = args.e != 0 ? f32x4.add(f32x4.sqrt(square), epsilon) : f32x4.sqrt(f32x4.add(square, epsilon));
  return f32x4.div(f32x4.mul(rate, gradient), root);
}

/** w = kept·w − move. */
export function rmsprop(at: usize, tile: i32, worker: i32): void {
  const args = changetype<OptimizerArgs>(at);
  const start = tile * args.perTile;
  const keep = kept(args);
  const rate = f32x4.splat(load<f32>(args.learningRate));
  let w = element(args.variable, start);
  let g = element(args.gradient, start);
  let s = element(args.first, start);
  for (let n = min(args.perTile, args.count - start); n > 0; n -= 4) {
    const move = rmspropMove(args, rate, g, s, n);
    put(w, f32x4.sub(f32x4.mul(fetch(w, n), keep), move), n);
    w += 16;
    g += 16;
    s += 16;
  }
}

/** velocity = momentum·velocity + move; w = kept·w − velocity. a: momentum; f: 1 where lr is left out of velocity and comes after. */
export function rmspropMomentum(at: usize, tile: i32, worker: i32): void {
  const args = changetype<OptimizerArgs>(at);
  const start = tile * args.perTile;
  const keep = kept(args);
  const momentum = f32x4.splat(args.a);
  const rate = load<f32>(args.learningRate);
  const inside = f32x4.splat(args.f != 0 ? 1 : rate), outside = f32x4.splat(args.f != 0 ? rate : 1);
  let w = element(args.variable, start);
  let g = element(args.gradient, start);
  let s = element(args.first, start);
  let v = element(args.second, start);
  for (let n = min(args.perTile, args.count - start); n > 0; n -= 4) {
    const velocity = flushTiny(fma(momentum, fetch(v, n), rmspropMove(args, inside, g, s, n)));
    put(v, velocity, n);
    put(w, f32x4.sub(f32x4.mul(fetch(w, n), keep), f32x4.mul(outside, velocity)), n);
    w += 16;
    g += 16;
    s += 16;
    v += 16;
  }
}

@unmanaged
class MovingAverageArgs {
  variable: usize;
  value: usize;
  count: i32;
  perTile: i32;
  momentum: f32;
  rest: f32;
}

/** variable = momentum·variable + rest·value. */
export function movingAverage(at: usize, tile: i32, worker: i32): void {
  const args = changetype<MovingAverageArgs>(at);
  const start = tile * args.perTile;
  const momentum = f32x4.splat(args.momentum);
  const rest = f32x4.splat(args.rest);
  let variable = element(args.variable, start);
  let value = element(args.value, start);
  for (let n = min(args.perTile, args.count - start); n > 0; n -= 4) {
    put(variable, flushTiny(fma(fetch(variable, n), momentum, f32x4.mul(fetch(value, n), rest))), n);
    variable += 16;
    value += 16;
  }
}
