/** Names of which none is given twice: conv2d, conv2d_1, … */
export class UniqueNames {
  private readonly taken = new Set<string>();
  /** The lowest number that may still be free behind a name: to try all from 1 again takes long where thousands are alike. */
  private readonly numbers = new Map<string, number>();

  /** Whether a name is taken. */
  has(name: string): boolean {
    return this.taken.has(name);
  }

  /** The name, or the base with the lowest number that nothing has yet; it is taken from now on. */
  take(name: string, base = name): string {
    let unique = name;
    if (this.taken.has(name)) {
      let number = this.numbers.get(base) ?? 1;
      while (this.taken.has((unique = `${base}_${number}`))) number++;
      this.numbers.set(base, number + 1);
    }
    this.taken.add(unique);
    return unique;
  }
}
