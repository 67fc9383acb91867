// Exponential, logarithm and what is made of them, four lanes at a time. Compiled by AssemblyScript.
//
// Errors are in units in the last place (ulp) of the float32 result against float64, over all float32 arguments whose
// result is a normal number; vectorMath.test.ts measures them. Results too small to be normal are zero. NaN gives NaN.
import { fma, fnma } from './simd';

/**
 * eˣ, 1 ulp. x = n·ln 2 + r with n whole and |r| ≤ ln 2 / 2, so eˣ = 2ⁿ·eʳ. n comes from adding 1.5·2²³, after which the
 * low bits of the sum are n; ln 2 is subtracted in two parts, the first short enough for n·ln2High to be exact; eʳ is the
 * polynomial of Cephes's expf (Moshier). 2ⁿ is made in two factors, because 2¹²⁸ is not a float32 but e^88.7 is.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // pmin and pmax with the bound first keep NaN. From 89 on everything overflows; below −87.34 results are not normal.
  const bounded = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-88));
  const magic = f32x4.splat(12582912);
  const shifted = fma(bounded, f32x4.splat(1.44269504), magic);
  const n = i32x4.sub(shifted, magic);
  const whole = f32x4.sub(shifted, magic);
  const r = fnma(whole, f32x4.splat(-2.12194440e-4), fnma(whole, f32x4.splat(0.693359375), bounded));
  let p = f32x4.splat(1.9875691500e-4);
  p = fma(p, r, f32x4.splat(1.3981999507e-3));
  p = fma(p, r, f32x4.splat(8.3334519073e-3));
  p = fma(p, r, f32x4.splat(4.1665795894e-2));
  p = fma(p, r, f32x4.splat(1.6666665459e-1));
  p = fma(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(fma(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const half = i32x4.shr_s(n, 1);
  const bias = i32x4.splat(127);
  const low = i32x4.shl(i32x4.add(half, bias), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(n, half), bias), 23);
  const result = f32x4.mul(f32x4.mul(p, low), high);
  return v128.andnot(result, f32x4.lt(x, f32x4.splat(-87.33654)));
}

/**
 * ln x, 1 ulp. x = 2ᵉ·m with m in [√½, √2); ln m is the polynomial of Cephes's logf in m − 1, and e·ln 2 is added in two
 * parts. 0 gives −∞, negative numbers NaN.
 */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  // Denormals are scaled up by 2²⁵ first.
  const denormal = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(33554432)), x, denormal);
  // Subtracting √½'s bits puts the border between exponents at √½ instead of 1.
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  let e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  e = f32x4.sub(e, v128.and(denormal, f32x4.splat(25)));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const r = f32x4.sub(m, f32x4.splat(1));
  const z = f32x4.mul(r, r);
  let p = f32x4.splat(7.0376836292e-2);
  p = fma(p, r, f32x4.splat(-1.1514610310e-1));
  p = fma(p, r, f32x4.splat(1.1676998740e-1));
  p = fma(p, r, f32x4.splat(-1.2420140846e-1));
  p = fma(p, r, f32x4.splat(1.4249322787e-1));
  p = fma(p, r, f32x4.splat(-1.6668057665e-1));
  p = fma(p, r, f32x4.splat(2.0000714765e-1));
  p = fma(p, r, f32x4.splat(-2.4999993993e-1));
  p = fma(p, r, f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, z), r);
  p = fma(e, f32x4.splat(-2.12194440e-4), p);
  p = fnma(z, f32x4.splat(0.5), p);
  let result = fma(e, f32x4.splat(0.693359375), f32x4.add(r, p));
  // +∞ and NaN give themselves, 0 gives −∞, negative numbers NaN.
  const finite = f32x4.lt(x, f32x4.splat(Infinity));
  result = v128.bitselect(result, x, finite);
  result = v128.bitselect(f32x4.splat(-Infinity), result, f32x4.eq(x, f32x4.splat(0)));
  return v128.or(result, f32x4.lt(x, f32x4.splat(0)));
}

/**
 * ln(1 + x) for x in [0, 1], 2 ulp. With u = 1 + x rounded, ln u + (x − (u − 1)) / u makes up for the rounding
 * (Hewlett-Packard's HP-15C method).
 */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(one, x);
  return f32x4.add(log(u), f32x4.div(f32x4.sub(x, f32x4.sub(u, one)), u));
}

/** 1 / (1 + e⁻ˣ), 3 ulp. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const result = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
  return v128.andnot(result, f32x4.lt(x, f32x4.splat(-87.33654)));
}

/**
 * tanh x, 2 ulp. |x| < 0.625: the odd polynomial of Cephes's tanhf; otherwise 1 − 2 / (e^2|x| + 1), where nothing cancels,
 * with x's sign.
 */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = fma(p, z, f32x4.splat(2.06390887954e-2));
  p = fma(p, z, f32x4.splat(-5.37397155531e-2));
  p = fma(p, z, f32x4.splat(1.33314422036e-1));
  p = fma(p, z, f32x4.splat(-3.33332819422e-1));
  const small = fma(f32x4.mul(p, z), x, x);
  const one = f32x4.splat(1);
  const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(size, size)), one)));
  const sign = v128.and(x, f32x4.splat(-0.0));
  return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, f32x4.splat(0.625)));
}

/**
 * sin x, for angles up to some thousands. x = n·π + r with n whole and |r| ≤ π / 2, so sin x = ±sin r; π is subtracted in three
 * parts, the first two short enough for their products with n to be exact (Cody & Waite); sin r is its series up to r¹³.
 */
// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  const whole = f32x4.nearest(f32x4.mul(x, f32x4.splat(0.31830988618)));
  let r = fnma(whole, f32x4.splat(3.140625), x);
  r = fnma(whole, f32x4.splat(9.67502593994140625e-4), r);
  r = fnma(whole, f32x4.splat(1.509957990978376432e-7), r);
  const square = f32x4.mul(r, r);
  let p = f32x4.splat(1.6059043836821613e-10);
  p = fma(p, square, f32x4.splat(-2.5052108385441720e-8));
  p = fma(p, square, f32x4.splat(2.7557319223985893e-6));
  p = fma(p, square, f32x4.splat(-1.9841269841269841e-4));
  p = fma(p, square, f32x4.splat(8.3333333333333333e-3));
  p = fma(p, square, f32x4.splat(-0.1666666666666666667));
  const y = fma(f32x4.mul(p, square), r, r);
  return v128.xor(y, i32x4.shl(i32x4.trunc_sat_f32x4_s(whole), 31));
}
