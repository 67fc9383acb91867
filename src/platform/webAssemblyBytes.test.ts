import { expect, it } from 'vitest';
import { expectWebAssembly } from './webAssemblyBytes.js';

const address = 'http://localhost:5173/kernels-relaxed.wasm';

it('says what a server sent in place of WebAssembly: address, type, first bytes, what to do', () => {
  const page = new TextEncoder().encode('<!doctype html>\n<html lang="en"><head><title>My page</title>');
  expect(() => expectWebAssembly(page, address, 'text/html')).toThrow(
    `${address}: what was found there is not WebAssembly; received 60 bytes of type text/html that begin with ` +
      `'<!doctype html> <html lang="en">'; copy the package’s dist/engine/wasm/*.wasm`,
  );
  expect(() => expectWebAssembly(Uint8Array.of(0x1f, 0x8b, 8, 0), address, null)).toThrow(
    'received 4 bytes that begin with 1f 8b 08 00; copy',
  );
  expect(() => expectWebAssembly(new Uint8Array(), address, null)).toThrow('received nothing; copy');
});

it('lets WebAssembly through', () => {
  const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(expectWebAssembly(module, address, 'application/wasm')).toBe(module);
});
