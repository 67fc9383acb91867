import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/**
 * Both of the engine's kernels, with relaxed SIMD and without, as one gzipped file, on servers that do not compress what they
 * send, too. Functions that are alike stand beside each other: so far apart as in two files, or in one behind the other, gzip
 * does not see it, and takes nearly twice the bytes. `engine/pairedKernel.ts` reads it.
 */
export const pairedKernels = (): Plugin => ({
  name: 'paired-kernels',
  apply: 'build',
  enforce: 'pre',
  resolveId: (source, importer) =>
    importer && source.endsWith('/packageFile.browser.js')
      ? fileURLToPath(new URL('./engine/pairedKernel.ts', import.meta.url))
      : null,
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const found = ['relaxed', 'plain'].map((simd) => {
        const file = Object.keys(bundle).find((name) => new RegExp(`kernels-${simd}-[\\w-]+\\.wasm$`).test(name));
        const asset = file ? bundle[file] : undefined;
        if (!file || asset?.type !== 'asset') throw new Error(`no kernels with ${simd} SIMD among the pages' files`);
        Reflect.deleteProperty(bundle, file);
        return { simd, name: file.split('/').at(-1)!, parts: functionsOf(Buffer.from(asset.source)) };
      });
      const source = gzipSync(pair(found[0].parts, found[1].parts), { level: 9 });
      const paired = this.emitFile({ type: 'asset', name: 'kernels.gz', source });
      const file = this.getFileName(paired).split('/').at(-1)!;
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const { simd, name } of found) chunk.code = chunk.code.replaceAll(name, `${file}#${simd}`);
      }
    },
  },
});

/**
 * Lists of bytes as one: how many each has, their lengths in turns, and they themselves in turns, as 32-bit numbers with the
 * least byte first.
 */
export function pair(first: readonly Uint8Array[], second: readonly Uint8Array[]): Buffer {
  const most = Math.max(first.length, second.length);
  const parts = Array.from({ length: most }, (_, i) => [first, second].map((own) => own.at(i) ?? new Uint8Array()));
  const numbers = [most, ...parts.flat().map(({ length }) => length)];
  const head = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => head.writeUInt32LE(number, 4 * i));
  return Buffer.concat([head, ...parts.flat()]);
}

const codeSection = 10;

/** A module's bytes: what stands before its functions, each of them, what comes after. */
export function functionsOf(bytes: Buffer): readonly Buffer[] {
  const number = (from: number): { readonly value: number; readonly end: number } => {
    let [value, at] = [0, from];
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return { value, end: at };
    }
  };
  const cuts = [0];
  for (let at = 8; at < bytes.length;) {
    const { value: size, end: begin } = number(at + 1);
    if (bytes[at] === codeSection) {
      const { value: count, end } = number(begin);
      cuts.push(end);
      for (let i = 0; i < count; i++) {
        const body = number(cuts.at(-1)!);
        cuts.push(body.end + body.value);
      }
    }
    at = begin + size;
  }
  return cuts.map((cut, i) => bytes.subarray(cut, cuts[i + 1] ?? bytes.length));
}
