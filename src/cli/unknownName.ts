import { nearestNames } from '../tensor/spellings.js';
import { UsageError } from './failure.js';

/** A name that somebody gave, and those that there are. */
interface GivenName {
  /** What it was given as: `--model`. */
  readonly where: string;
  readonly name: string;
  readonly known: readonly string[];
  /** What there is nothing of by this name: `no file, run or model`. */
  readonly nothing: string;
  /** What is said behind the nearest names. */
  readonly advice: (nearest: string | undefined) => string;
}

/** The error for a name that there is not, with those that may have been meant: `resnet-18` is near to `resnet18`. */
export function unknownName({ where, name, known, nothing, advice }: GivenName): UsageError {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const same = known.filter((one) => plain(one) === plain(name));
  const near = same.length > 0 ? same : nearestNames(name, known);
  const meant = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  return new UsageError({ where, rule: `there is ${nothing} '${name}'`, advice: meant + advice(near.at(0)) });
}
