/**
 * A seeded stream of random numbers (xoshiro128**, Blackman & Vigna 2018): the same seed gives the same stream on every
 * machine and engine.
 *
 * @example
 * const random = new Random(1);
 * random.uniform(); // the same number every time
 */
export class Random {
  private readonly state = new Uint32Array(4);

  constructor(seed: number | readonly number[]) {
    // splitmix32 spreads the seed; a list of numbers names a stream of its own: [seed, epoch].
    let z = 0x9e3779b9;
    for (const part of typeof seed === 'number' ? [seed] : seed) {
      z = mix32((z ^ (part >>> 0)) >>> 0);
      z = mix32((z + Math.floor(part / 4294967296) + 0x9e3779b9) >>> 0);
    }
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) >>> 0;
      this.state[i] = mix32(z);
    }
    if (this.state.every((word) => word === 0)) this.state[0] = 1;
  }

  /** The state as four words, so that a run can be resumed to the bit. */
  get words(): number[] {
    return [...this.state];
  }

  /** Puts back a state that `words` gave. */
  restore(words: ArrayLike<number>): void {
    this.state.set(words);
  }

  /** 32 random bits. */
  uint32(): number {
    const s = this.state;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** A number in [low, high), with 32 random bits. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.uint32() / 4294967296);
  }

  /** A whole number in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A normally distributed number (Box–Muller). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Puts the items in random order, in place (Fisher–Yates). */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }
}

/** A good 32-bit mixer (Wellons' lowbias32); also what the dropout operator hashes element numbers with. */
export function mix32(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}
