// `npm run bench`: everything; `npm run bench -- zoo [options]`: one of train, kernels, zoo, folder, head, explain, frame, studio.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const all = ['train', 'kernels', 'zoo', 'folder', 'head', 'explain', 'frame', 'studio'];
const [first, ...rest] = process.argv.slice(2);
const chosen = all.includes(first) ? [first] : all;
const options = all.includes(first) || first === undefined ? rest : [first, ...rest];
for (const name of chosen) {
  const script = join(dirname(fileURLToPath(import.meta.url)), `${name}.mjs`);
  const { status } = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
