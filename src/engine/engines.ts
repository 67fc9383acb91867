import { expectOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import type { Engine, EngineOptions } from './contract.js';

/** The kinds of the options that every engine takes. */
const engineOptionKinds = {
  threads: 'number',
  assets: 'string or object',
} as const satisfies OptionKinds<EngineOptions>;

/** Every engine there is, by name; each is loaded when it is first opened. */
export const engines = {
  wasm: async (options) =>
    (await import('./wasm/wasmEngine.js')).createWasmEngine(
      expectOptions({ where: 'engines.wasm', kinds: engineOptionKinds }, options),
    ),
  reference: async () => (await import('./reference/referenceEngine.js')).createReferenceEngine(),
} as const satisfies Record<string, (options: EngineOptions) => Promise<Engine>>;

/** The name of an engine. */
export type EngineName = keyof typeof engines;

/**
 * Opens an engine: starts its workers, if it has any. Close it when you are done.
 *
 * @throws StriateError when there is no engine of that name, or it cannot run on this host.
 *
 * @example
 * const engine = await openEngine('wasm', { threads: 2 });
 */
export async function openEngine(name: string, options: EngineOptions = {}): Promise<Engine> {
  if (!isEngineName(name)) {
    throw new StriateError({
      where: `engine '${name}'`,
      rule: 'there is none of that name',
      advice: `use ${Object.keys(engines).join(' or ')}`,
    });
  }
  return engines[name](expectOptions({ where: 'openEngine', kinds: engineOptionKinds }, options));
}

function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(engines, name);
}
