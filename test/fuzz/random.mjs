// Seeded choices: the same seed and number give the same damage everywhere.

/** Mixes whole numbers into 32 bits. */
function mix(...parts) {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A stream of choices that follows from whole numbers alone. */
export class Choices {
  constructor(...seed) {
    this.state = mix(...seed);
  }

  /** A number from 0, below 1. */
  unit() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0, below n. */
  below(n) {
    return Math.floor(this.unit() * n);
  }

  /** A whole number from a to b. */
  between(a, b) {
    return a + this.below(b - a + 1);
  }

  chance(share) {
    return this.unit() < share;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** One of [weight, value] pairs. */
  weighted(pairs) {
    let left = this.unit() * pairs.reduce((sum, [weight]) => sum + weight, 0);
    return (pairs.find(([weight]) => (left -= weight) < 0) ?? pairs[pairs.length - 1])[1];
  }

  bytes(length) {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
