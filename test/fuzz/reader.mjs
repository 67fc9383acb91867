// Hands damaged files to a process and watches over it.
import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./child.mjs', import.meta.url));

/** MiB that a file may make the process larger by; for the garbage collector's own memory, too. */
export const memoryLimit = 600;

/** Seconds after which a file counts as one that hangs. HDF5 files are given up by the library after ten. */
export const patience = Number(process.env.STRIATE_FUZZ_PATIENCE ?? 20);

/** A new process every so many files: what one leaves behind is no matter of the next. */
const lifetime = 400;

/** Reads files one after the other in a process of its own, which is started anew when it ends or hangs. */
export class Reader {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'striate-fuzz-'));
    this.count = 0;
  }

  /** Reads a file: `{ outcome, text, milliseconds, memory }`. */
  async read({ number, format, target, files, bytes }) {
    const folder = this.place({ format, target, files, bytes });
    if (this.count++ % lifetime === lifetime - 1) await this.stop();
    const child = (this.child ??= await this.start());
    const file = { number, format, target, files: Object.keys(files) };
    return new Promise((resolve) => {
      const start = performance.now();
      const end = (result) => {
        clearInterval(timer);
        child.removeAllListeners();
        if (result.outcome === 'crash' || result.outcome === 'hang') this.child = undefined;
        const isLarge = result.memory > memoryLimit && ['read', 'refused'].includes(result.outcome);
        const text = isLarge ? `${Math.round(result.memory)} MiB, ${result.outcome}: ${result.text}` : result.text;
        resolve({
          milliseconds: performance.now() - start,
          memory: 0,
          ...result,
          text,
          ...(isLarge && { outcome: 'memory' }),
        });
      };
      // Counted in ticks: a machine that sleeps, or a stopped process, is not a file that hangs.
      let seconds = 0;
      const timer = setInterval(() => {
        if (++seconds < patience) return;
        child.kill('SIGKILL');
        end({ outcome: 'hang', text: `no answer in ${patience} s` });
      }, 1000);
      child.on('message', end);
      child.on('exit', (code, signal) =>
        end({ outcome: 'crash', text: `${signal ?? `exit code ${code}`}\n${this.printed}` }),
      );
      this.printed = '';
      child.send({ folder, file });
    });
  }

  /** Copies the folder of the file read last. */
  keep(to, { format, target }) {
    rmSync(to, { recursive: true, force: true });
    cpSync(this.folderOf(format, target), to, { recursive: true });
  }

  async stop() {
    const { child } = this;
    this.child = undefined;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  folderOf(format, target) {
    return join(this.folder, format, target.replaceAll(/[^a-z0-9]/gi, '-'));
  }

  /** Writes the damaged file among the sound ones, which are different for every seed of a format. */
  place({ format, target, files, bytes }) {
    const folder = this.folderOf(format, target);
    for (const [path, sound] of Object.entries(files)) {
      const to = join(folder, path);
      if (path !== target && existsSync(to) && !['tfjs', 'onnx'].includes(format)) continue;
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, path === target ? bytes : sound);
    }
    return folder;
  }

  start() {
    const env = { ...process.env };
    Reflect.deleteProperty(env, 'NODE_OPTIONS');
    const child = fork(program, [], {
      env,
      execArgv: ['--max-old-space-size=400'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (this.printed = (this.printed + chunk).slice(-4000)));
    }
    return new Promise((resolve, reject) => {
      child.once('message', () => {
        child.removeAllListeners();
        resolve(child);
      });
      child.once('exit', () => reject(new Error(`the reading process does not start:\n${this.printed}`)));
    });
  }
}
