import { StriateError } from '../tensor/index.js';
import { fetched } from './fetched.js';
import { expectWebAssembly, wherePagesFindFiles } from './webAssemblyBytes.js';

/** The bytes of a WebAssembly file of the package. */
export async function asset(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetched(url.href);
  if (response.ok) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return expectWebAssembly(bytes, url.href, response.headers.get('content-type'));
  }
  const rule = `the server answered ${response.status}`;
  throw new StriateError({ where: url.href, rule, advice: wherePagesFindFiles });
}
