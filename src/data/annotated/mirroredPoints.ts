/**
 * For each point the one that it becomes in a mirror: of `left_eye`, `right_eye`. Points without a counterpart stay what they
 * are.
 */
export function mirroredPoints(names: readonly string[]): readonly number[] {
  const counterpart = (name: string): string =>
    name.replace(/left|right|^l(?=[_-])|^r(?=[_-])/i, (side) => {
      const other = { left: 'right', right: 'left', l: 'r', r: 'l' }[side.toLowerCase()] ?? side;
      return side.startsWith(side[0].toLowerCase()) ? other : other[0].toUpperCase() + other.slice(1);
    });
  return names.map((name, i) => {
    const other = names.indexOf(counterpart(name));
    return other === -1 ? i : other;
  });
}
