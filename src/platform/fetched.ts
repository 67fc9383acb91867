import { StriateError } from '../tensor/index.js';
import { reasonOf } from './systemErrors.js';

/** Whether a path is the address of a server. */
export const isAddress = (path: string): boolean => /^https?:\/\//i.test(path);

/**
 * What a server answers.
 *
 * @param get what asks it
 *
 * @throws StriateError when it cannot be reached.
 */
export async function fetched(
  address: string,
  get: (address: string) => Promise<Response> = (at) => fetch(at),
): Promise<Response> {
  return get(address).catch((error: unknown) => {
    throw new StriateError({
      where: `cannot read '${address}'`,
      rule: reasonOf(error),
      advice: 'check the address and CORS',
    });
  });
}

/**
 * The bytes of an answer.
 *
 * @param allow called with their number, where the server says it, before they are read; what it throws is thrown
 * @throws StriateError when the server refuses.
 */
export async function bytesOf(
  address: string,
  response: Response,
  allow?: (bytes: number) => void,
): Promise<Uint8Array> {
  if (response.ok) {
    const length = response.headers.get('content-length');
    if (length !== null) allow?.(Number(length));
    return new Uint8Array(await response.arrayBuffer());
  }
  await response.body?.cancel();
  throw new StriateError({ where: `cannot read '${address}'`, rule: `the server answered ${response.status}` });
}
