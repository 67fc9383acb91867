// Compiles the AssemblyScript kernels into dist/engine/wasm/: with relaxed SIMD and plain, for shared memory and not.
import { mkdir } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const out = 'dist/engine/wasm';
await mkdir(out, { recursive: true });
for (const simd of ['relaxed', 'plain']) {
  for (const memory of ['shared', 'unshared']) {
    const { error, stderr } = await asc.main([
      'src/engine/wasm/kernels/index.ts',
      ...[
        '--outFile',
        `${out}/kernels-${simd}-${memory}.wasm`,
        '--config',
        'none',
        '-O3',
        '--runtime',
        'stub',
        '--noAssert',
      ],
      ...['--enable', 'simd', '--enable', 'threads', ...(simd === 'relaxed' ? ['--enable', 'relaxed-simd'] : [])],
      ...['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...(memory === 'shared' ? ['--sharedMemory'] : []),
    ]);
    if (error) {
      process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
      process.exit(1);
    }
  }
}
