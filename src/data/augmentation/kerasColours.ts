/**
 * Keras's channel shift and brightness in one pass, in place: all values plus `shift`, kept within the picture's smallest and
 * largest; then times `factor`, cut off to 0–255; then times `gain`.
 *
 * @param factor undefined leaves out the cutting off, too
 */
export function applyKerasColours(
  data: Float32Array,
  begin: number,
  end: number,
  shift: number,
  factor: number | undefined,
  gain: number,
): void {
  let low = -Infinity;
  let high = Infinity;
  if (shift !== 0) {
    low = high = data[begin];
    for (let at = begin + 1; at < end; at++) {
      const value = data[at];
      if (value < low) low = value;
      else if (value > high) high = value;
    }
  }
  // Both cuts are one: the factor is not negative.
  const times = factor ?? 1;
  const least = factor === undefined ? low : Math.min(255, Math.max(0, low * times));
  const most = factor === undefined ? high : Math.min(255, Math.max(0, high * times));
  const scale = times * gain;
  const offset = shift * scale;
  const floor = least * gain;
  const ceiling = most * gain;
  for (let at = begin; at < end; at++) {
    const value = data[at] * scale + offset;
    data[at] = value < floor ? floor : value > ceiling ? ceiling : value;
  }
}
