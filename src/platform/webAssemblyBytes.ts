import { StriateError } from '../tensor/index.js';

/** What to do where a file of the package is not where its module looks for it. */
export const wherePagesFindFiles =
  'copy the package’s dist/engine/wasm/*.wasm and worker.browser.js next to your scripts, or say where they are with ' +
  'the option assets: docs/browser.md has it for each bundler';

/** What WebAssembly files begin with. */
const magic = [0x00, 0x61, 0x73, 0x6d];

/**
 * Checks that what came from an address is WebAssembly: development servers answer with a page where they have no file.
 *
 * @param type what the server said that it is
 * @throws StriateError that names the address and shows how the answer begins.
 */
export function expectWebAssembly(
  bytes: Uint8Array<ArrayBuffer>,
  address: string,
  type: string | null,
): Uint8Array<ArrayBuffer> {
  if (magic.every((byte, i) => bytes[i] === byte)) return bytes;
  const said = type === null ? '' : ` of type ${type}`;
  throw new StriateError({
    where: address,
    rule: 'what was found there is not WebAssembly',
    received:
      bytes.length === 0 ? `nothing${said}` : `${bytes.length} bytes${said} that begin with ${beginning(bytes)}`,
    advice: wherePagesFindFiles,
  });
}

/** The first bytes: as text where they are text, otherwise in hexadecimal. */
function beginning(bytes: Uint8Array): string {
  const first = bytes.subarray(0, 32);
  const isText = first.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09,
  );
  if (isText)
    return `'${String.fromCharCode(...first)
      .replace(/\s+/g, ' ')
      .trim()}'`;
  return Array.from(first.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
