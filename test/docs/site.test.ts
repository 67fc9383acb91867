import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './codeBlocks.js';

test('npm run docs builds a site without a broken link', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'striate-site-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', folder], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
    for (const page of ['index.html', 'documents/Cookbook.html', 'modules/striate.html', 'assets/search.js']) {
      expect(existsSync(join(folder, page)), page).toBe(true);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
