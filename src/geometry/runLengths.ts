/**
 * COCO's text for run lengths: of each count from the fourth on, the difference to the one two before, in groups of five bits from
 * the lowest, each a character from `0` on whose sixth bit says that more follow; negative numbers by two's complement.
 */
export function runLengthsToText(counts: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i] - counts[i - 2] : counts[i];
    for (let more = true; more;) {
      const group = rest & 31;
      rest >>= 5;
      // Done where what is left is the sign that the group's highest bit says already.
      more = rest !== (group & 16 ? -1 : 0);
      text += String.fromCharCode(48 + (more ? group | 32 : group));
    }
  }
  return text;
}

/** Run lengths of COCO's text; undefined where it is none. */
export function runLengthsFromText(text: string): number[] | undefined {
  const counts: number[] = [];
  let at = 0;
  while (at < text.length) {
    let value = 0;
    for (let shift = 0, more = true; more; shift += 5, at++) {
      const group = text.charCodeAt(at) - 48;
      if (!(group >= 0 && group < 64) || shift > 30) return undefined;
      value |= (group & 31) << shift;
      more = (group & 32) !== 0;
      if (!more && group & 16 && shift <= 25) value |= -1 << (shift + 5);
    }
    if (counts.length > 2) value += counts[counts.length - 2];
    counts.push(value);
  }
  return counts;
}
