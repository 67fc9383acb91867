import { StriateError } from '../../tensor/index.js';

/** A rule that a pickle breaks; its caller adds the file's name. */
export class PickleFault extends StriateError {
  constructor(rule: string) {
    super({ where: "cannot be read as PyTorch's", rule });
  }
}

/** The bytes of a pickle, read one after the other and never past the end. */
export class PickleReader {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    /** The next byte. */
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next bytes, without a copy. */
  take(count: number): Uint8Array {
    // A length may also be negative, too large for a number, or NaN.
    if (!(count >= 0 && count <= this.bytes.length - this.at)) {
      throw new PickleFault(`it is cut off: ${count} bytes should follow at ${this.at} of ${this.bytes.length}`);
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  uint8(): number {
    return this.take(1)[0];
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  /** An unsigned number of 64 bits, exact as far as lengths of anything that fits into memory go. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  /** In big-endian order, unlike everything else. */
  float64(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  /** A number of some bytes in two's complement; beyond 2⁵³ a bigint. */
  long(count: number): number | bigint {
    if (count > 256) throw new PickleFault(`it has a whole number of ${count} bytes`);
    const digits = this.take(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i]);
    return wholeNumber(BigInt.asIntN(8 * count, value));
  }

  utf8(count: number): string {
    return text('utf-8', this.take(count));
  }

  /** Python 2's strings: bytes, of which only ASCII is ever a name. */
  latin1(count: number): string {
    return text('latin1', this.take(count));
  }

  /** What stands before the next line feed. */
  line(): string {
    const end = this.bytes.subarray(this.at, this.at + longestLine).indexOf(10);
    if (end < 0) throw new PickleFault(`a line at ${this.at} has no end`);
    const line = this.utf8(end);
    this.at++;
    return line;
  }

  private skip(count: number): number {
    this.take(count);
    return this.at - count;
  }
}

/** Longer lines are nobody's name or number. */
const longestLine = 65_536;

/** As a number where that is exact. */
export function wholeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function text(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PickleFault('a text in it is not Unicode');
  }
}
