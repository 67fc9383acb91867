// `npm run bench`: everything that measures speed; `npm run bench -- zoo [options]`: one of train, kernels, zoo, folder, head, explain,
// frame, detect, heads, studio. What trains for minutes runs by its name alone: scenes, pets, scenesMasks.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const all = ['train', 'kernels', 'zoo', 'folder', 'head', 'explain', 'frame', 'detect', 'heads', 'studio'];
const alone = ['scenes', 'pets', 'scenesMasks'];
const [first, ...rest] = process.argv.slice(2);
const one = [...all, ...alone].includes(first);
const chosen = one ? [first] : all;
const options = one || first === undefined ? rest : [first, ...rest];
for (const name of chosen) {
  const script = join(dirname(fileURLToPath(import.meta.url)), `${name}.mjs`);
  const { status } = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
