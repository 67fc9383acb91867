import type { ElementType, InputNode } from '../graph/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import type { Feeds } from './contract.js';

/** Which array types an input takes: its own, and bytes. */
const accepted = { float32: [Float32Array, Uint8Array], int32: [Int32Array, Uint8Array] } as const satisfies Record<
  ElementType,
  readonly unknown[]
>;

/**
 * Checks what a run is fed with; every engine does it with this.
 *
 * @throws StriateError when an input is missing, has another number of elements or the wrong element type, or when a feed
 * belongs to no input.
 */
export function checkFeeds(program: string, inputs: readonly InputNode[], feeds: Feeds): void {
  for (const { name, type } of inputs) {
    // Own properties only: an input may be called 'constructor'.
    const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
    const size = sizeOf(type.shape);
    const where = `program '${program}'`;
    const rule = `input '${name}' takes ${size} ${type.dtype} number${size === 1 ? '' : 's'} ${formatShape(type.shape)}`;
    if (!feed)
      throw new StriateError({
        where,
        rule,
        received: 'nothing',
        advice: `feed it with { ${JSON.stringify(name)}: … }`,
      });
    if (!accepted[type.dtype].some((kind) => feed instanceof kind)) {
      const arrays = accepted[type.dtype].map((kind) => kind.name).join(' or ');
      throw new StriateError({ where, rule: `${rule} in a ${arrays}`, received: `a ${feed.constructor.name}` });
    }
    if (feed.length !== size) throw new StriateError({ where, rule, received: feed.length });
  }
  if (Object.keys(feeds).length === inputs.length) return;
  const unknown = Object.keys(feeds).find((name) => !inputs.some((input) => input.name === name));
  const names = inputs.map(({ name }) => `'${name}'`).join(', ') || 'none';
  throw new StriateError({
    where: `program '${program}'`,
    rule: `has no input '${unknown}'`,
    advice: `its inputs are ${names}`,
  });
}
