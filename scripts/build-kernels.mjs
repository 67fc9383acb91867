// Compiles the AssemblyScript kernels into dist/: those of the engine with relaxed SIMD and plain, for a shared memory
// (importedMemory.ts makes those for one thread of them); that which resizes pictures once.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import asc from 'assemblyscript/asc';

const common = ['--config', 'none', '-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'];

async function compile(source, outFile, options) {
  await mkdir(dirname(outFile), { recursive: true });
  const { error, stderr } = await asc.main([source, '--outFile', outFile, ...common, ...options]);
  if (!error) return;
  process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
  process.exit(1);
}

for (const simd of ['relaxed', 'plain']) {
  await compile('src/engine/wasm/kernels/index.ts', `dist/engine/wasm/kernels-${simd}.wasm`, [
    '--enable',
    'threads',
    ...(simd === 'relaxed' ? ['--enable', 'relaxed-simd'] : []),
    '--importMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
    '--sharedMemory',
  ]);
}
const resample = 'dist/pictures/resample.wasm';
await compile('src/pictures/kernels/resample.ts', resample, []);

// It is small enough to be part of the code, so that a page that prepares pictures needs no file for it.
const kernelModule = 'src/pictures/resampleKernel.ts';
const lines = (await readFile(resample, 'base64')).match(/.{1,100}/g).map((part) => `  '${part}'`);
const code = `/** kernels/resample.ts, compiled, in base64; written by scripts/build-kernels.mjs. */
export const resampleKernel =
${lines.join(' +\n')};
`;
if (code !== (await readFile(kernelModule, 'utf8').catch(() => ''))) await writeFile(kernelModule, code);
