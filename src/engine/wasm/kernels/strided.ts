// Walking a row-major output whose operands have strides of their own. Compiled by AssemblyScript.
//
// The output's axes, after the lowering has merged those that can be, are [outer…, middle, inner]; operands advance along
// the inner axis by one element or not at all (copies: by any stride). Sizes and strides of the outer axes stand behind
// the arguments of fixed length, as [size, stride of a, stride of b] each; only they cost divisions.

/** The start, in elements, of operand `which` (0 or 1 of `operands`) for the outer index; `axes` points to the triples. */
// @ts-ignore: decorator
@inline
export function outerOffset(axes: usize, rank: i32, operands: i32, which: i32, outer: i32): i32 {
  let rest = <u32>outer;
  let offset = 0;
  const words = operands + 1;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const entry = axes + (<usize>(axis * words) << 2);
    const size = load<u32>(entry);
    const above = rest / size;
    offset += (rest - above * size) * load<i32>(entry + (<usize>(which + 1) << 2));
    rest = above;
  }
  return offset;
}
