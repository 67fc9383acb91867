// What the pooling kernels share: arguments and the extent of windows. Compiled by AssemblyScript.

/** a, b, c: what the kernel reads; y: what it writes. Tiles are blocks of rows of the tensor that is written. */
@unmanaged
export class PoolArgs {
  a: usize;
  b: usize;
  c: usize;
  y: usize;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  top: i32;
  bottom: i32;
  left: i32;
  right: i32;
  countPadding: i32;
  rows: i32;
  rowsPerTile: i32;
  /** Gradients of max pooling: what a rectifier that has made x lets through at most; 0 where there is none. */
  maskLimit: f32;
}

/** The first output position whose window, of `kernel` elements from o·stride − margin, can see input position h. */
// @ts-ignore: decorator
@inline
export function firstWindow(h: i32, kernel: i32, stride: i32, margin: i32): i32 {
  const reach = h + margin - kernel;
  return reach < 0 ? 0 : reach / stride + 1;
}

/** 1 past the last output position whose window sees input position h. */
// @ts-ignore: decorator
@inline
export function lastWindow(h: i32, stride: i32, margin: i32, outputs: i32): i32 {
  return min(outputs, (h + margin) / stride + 1);
}

/** How many elements of one axis an averaging window divides by. */
// @ts-ignore: decorator
@inline
export function windowCount(o: i32, kernel: i32, stride: i32, size: i32, before: i32, after: i32, padded: bool): i32 {
  const first = o * stride - before;
  if (padded) return min(first + kernel, size + after) - first;
  return min(first + kernel, size) - max(first, 0);
}
