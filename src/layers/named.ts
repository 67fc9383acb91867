import { StriateError } from '../tensor/index.js';
import { nameAdvice } from '../tensor/spellings.js';

/** An initializer, a regularizer or a layer as it is saved: its class and the options that recreate it. */
export interface Serialized {
  readonly className: string;
  readonly config: Record<string, unknown>;
}

/** An object that can be saved by its class name and configuration. */
interface Configurable {
  readonly className: string;
  config(): Record<string, unknown>;
}

/** The saved form of an initializer or regularizer. */
export function serialize({ className, config }: Configurable): Serialized;
export function serialize(object: Configurable | undefined): Serialized | undefined;
export function serialize(object: Configurable | undefined): Serialized | undefined {
  return object && { className: object.className, config: object.config() };
}

/**
 * An object of a kind given by name (`'heNormal'`), as saved (`{ className: 'HeNormal', config: {} }`) or itself.
 *
 * @throws StriateError that lists the known names, when none matches.
 */
export function resolveNamed<T extends object>(
  kind: string,
  table: Readonly<Record<string, (config?: never) => T>>,
  value: unknown,
  isItself: (value: object) => value is T,
  label: string,
): T {
  if (typeof value === 'object' && value !== null && isItself(value)) return value;
  const saved = typeof value === 'string' ? { className: value, config: {} } : (value as Partial<Serialized> | null);
  const wanted = saved?.className;
  // Class names and factory names differ in case only: HeNormal and heNormal, L1L2 and l1l2.
  const name = Object.keys(table).find((known) => known.toLowerCase() === wanted?.toLowerCase());
  if (name === undefined) {
    const received = wanted === undefined ? JSON.stringify(value) : `'${wanted}'`;
    const advice = nameAdvice(wanted, Object.keys(table));
    throw new StriateError({ where: label, rule: `no ${kind} of that name`, received, advice });
  }
  return table[name](saved?.config as never);
}
