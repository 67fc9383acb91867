import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine, withThoseBelow } from './main.js';
import { terminalOutput } from './output.js';
import { Command } from 'commander';
import { expectOutputFolders } from './outputFiles.js';

describe('files that a command writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'striate-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A command that was called with one option. */
  function called(option: string, value: string): Command {
    const command = new Command('draw').option(`--${option} <file>`).action(() => undefined);
    return command.parse([`--${option}`, value], { from: 'user' });
  }

  it.each(['output', 'csv', 'svg', 'sheet', 'page'])(
    'need their folder before the work begins: --%s',
    async (option) => {
      const path = join(folder, 'gone', 'x.png');
      await expect(expectOutputFolders(called(option, path))).rejects.toThrow(
        `cannot write '${path}': no such file or folder; check the path`,
      );
      await expectOutputFolders(called(option, join(folder, 'x.png')));
    },
  );

  it('may be folders, which are made, and standard output', async () => {
    for (const path of [join(folder, 'gone', 'new'), `${join(folder, 'gone', 'v1.2')}/`, folder, '-']) {
      await expectOutputFolders(called('output', path));
    }
  });

  it('are all looked at: every command with an option <file> that it writes', () => {
    const writes = /^(the picture|the index|the \.npy|the \.safetensors|write|draw)/;
    const names = withThoseBelow(commandLine(terminalOutput())).flatMap(({ options }) =>
      options.filter(({ flags, description }) => flags.includes('<file') && writes.test(description)),
    );
    expect([...new Set(names.map((option) => option.attributeName()))].sort()).toEqual(
      expect.arrayContaining(['csv', 'output', 'page', 'sheet']),
    );
    for (const option of names) expect(['output', 'csv', 'svg', 'sheet', 'page']).toContain(option.attributeName());
  });
});
