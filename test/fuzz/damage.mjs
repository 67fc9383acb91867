// Damage to bytes that knows no format. Each row takes bytes and gives other bytes.

/** Numbers at which readers go wrong: zero, the ends of signed and unsigned ranges, and their neighbours. */
const interesting = [
  0n,
  1n,
  2n,
  3n,
  15n,
  16n,
  31n,
  32n,
  63n,
  64n,
  100n,
  127n,
  128n,
  129n,
  254n,
  255n,
  256n,
  257n,
  1024n,
  4096n,
  0x7ffen,
  0x7fffn,
  0x8000n,
  0xfffen,
  0xffffn,
  0x10000n,
  0x7fffffn,
  0x800000n,
  0xffffffn,
  0x1000000n,
  0x7ffffffen,
  0x7fffffffn,
  0x80000000n,
  0xfffffffen,
  0xffffffffn,
  0x100000000n,
  0x1fffffffffffffn,
  0x20000000000000n,
  0x7ffffffffffffffen,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffffffffffffn,
];

/** Where damage is done: in the first bytes, where headers are, as often as anywhere. */
const placeIn = (bytes, random) =>
  bytes.length === 0 ? 0 : random.below(random.chance(0.5) ? Math.min(bytes.length, 256) : bytes.length);

/** A number of the width (1, 2, 4, 8 bytes) that is written in either order. */
function writeNumber(bytes, at, random) {
  const width = random.pick([1, 2, 4, 8]);
  let value = BigInt.asUintN(8 * width, random.pick(interesting));
  const little = random.chance(0.5);
  const copy = bytes.slice();
  for (let i = 0; i < width; i++, value >>= 8n) {
    const place = little ? at + i : at + width - 1 - i;
    if (place < copy.length) copy[place] = Number(value & 255n);
  }
  return copy;
}

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function changed(bytes, change) {
  const copy = bytes.slice();
  change(copy);
  return copy;
}

/** Bytes from here to there; as often short as long. */
function pieceOf(bytes, random) {
  const from = placeIn(bytes, random);
  const most = random.chance(0.6) ? 16 : random.chance(0.7) ? 256 : bytes.length;
  return [from, Math.min(bytes.length, from + random.between(1, Math.max(1, most)))];
}

const kinds = {
  flipBits: (bytes, random) =>
    changed(bytes, (copy) => {
      for (let n = random.between(1, 8); n > 0; n--) copy[placeIn(copy, random)] ^= 1 << random.below(8);
    }),
  newBytes: (bytes, random) =>
    changed(bytes, (copy) => {
      for (let n = random.between(1, 16); n > 0; n--) copy[placeIn(copy, random)] = random.below(256);
    }),
  sameBytes: (bytes, random) =>
    changed(bytes, (copy) =>
      copy.fill(random.pick([0, 0xff, 0x7f, 0x20, random.below(256)]), ...pieceOf(copy, random)),
    ),
  number: (bytes, random) => writeNumber(bytes, placeIn(bytes, random), random),
  cutOff: (bytes, random) =>
    bytes.subarray(0, random.chance(0.3) ? Math.max(0, bytes.length - random.between(1, 8)) : placeIn(bytes, random)),
  cutFront: (bytes, random) => bytes.subarray(random.between(1, 16)),
  removed: (bytes, random) => {
    const [from, to] = pieceOf(bytes, random);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  repeated: (bytes, random) => {
    const [from, to] = pieceOf(bytes, random);
    const times = random.pick([1, 1, 2, 16]);
    const piece = bytes.subarray(from, Math.min(to, from + 4096));
    return join(bytes.subarray(0, to), ...Array.from({ length: times }, () => piece), bytes.subarray(to));
  },
  inserted: (bytes, random) => {
    const at = placeIn(bytes, random);
    return join(bytes.subarray(0, at), random.bytes(random.between(1, 64)), bytes.subarray(at));
  },
  exchanged: (bytes, random) => {
    const [from, to] = pieceOf(bytes, random);
    const other = placeIn(bytes, random);
    return changed(bytes, (copy) =>
      copy.set(
        bytes.subarray(other, Math.min(bytes.length, other + to - from)),
        from - Math.max(0, from + Math.min(to - from, bytes.length - other) - bytes.length),
      ),
    );
  },
  appended: (bytes, random) => join(bytes, random.bytes(random.pick([1, 8, 1000]))),
  emptied: (bytes, random) => (random.chance(0.3) ? new Uint8Array(0) : new Uint8Array(bytes.length)),
};

const choice = [
  [20, 'flipBits'],
  [14, 'newBytes'],
  [10, 'sameBytes'],
  [24, 'number'],
  [8, 'cutOff'],
  [2, 'cutFront'],
  [6, 'removed'],
  [5, 'repeated'],
  [4, 'inserted'],
  [4, 'exchanged'],
  [2, 'appended'],
  [1, 'emptied'],
];

/** Bytes with one to four kinds of damage; sometimes with the end of another file. */
export function damaged(bytes, random, other = bytes) {
  let result = bytes;
  if (random.chance(0.04)) {
    const at = placeIn(result, random);
    result = join(
      result.subarray(0, at),
      other.subarray(Math.min(other.length, random.chance(0.5) ? at : random.below(other.length + 1))),
    );
    if (random.chance(0.7)) return result;
  }
  for (let n = random.pick([1, 1, 1, 2, 3, 4]); n > 0; n--) result = kinds[random.weighted(choice)](result, random);
  return result;
}

/** One interesting number at a place. */
export { writeNumber };
