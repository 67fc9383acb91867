import { cpus, freemem, totalmem } from 'node:os';
import { Command } from 'commander';
import { engines, openEngine, type EngineDescription } from '../engine/index.js';
import { columns, type Output } from './output.js';
import { version } from './version.js';

/** `striate doctor`: what this machine is and what Striate can use of it. */
export function doctorCommand(output: Output): Command {
  return new Command('doctor')
    .description('tell what this machine has and what Striate can use of it')
    .option('--json', 'print one JSON object as the last line')
    .action(async (options: { json?: boolean }) => {
      const report = await examine();
      if (options.json) output.json({ command: 'doctor', ...report });
      else for (const line of describe(report)) output.data(line);
    });
}

interface EngineReport {
  readonly name: string;
  readonly available: boolean;
  readonly description: EngineDescription | undefined;
  /** Why it is not available. */
  readonly reason: string | undefined;
}

interface Report {
  readonly striate: string;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: { readonly total: number; readonly free: number };
  readonly data: string | undefined;
  readonly engines: readonly EngineReport[];
}

async function examine(): Promise<Report> {
  const processors = cpus();
  return {
    striate: version(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory: { total: totalmem(), free: freemem() },
    data: process.env.STRIATE_DATA,
    engines: await Promise.all(Object.keys(engines).map(examineEngine)),
  };
}

async function examineEngine(name: string): Promise<EngineReport> {
  try {
    const engine = await openEngine(name);
    const description = engine.describe();
    await engine.close();
    return { name, available: true, description, reason: undefined };
  } catch (error) {
    return { name, available: false, description: undefined, reason: (error as Error).message };
  }
}

function describe(report: Report): string[] {
  const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const engines = report.engines.map(({ name, description, reason }) => [
    `engine ${name}`,
    description === undefined
      ? `not available: ${reason}`
      : `${description.simd === 'none' ? 'no SIMD' : description.simd}, ${threads(description)}`,
  ]);
  return columns([
    ['striate', report.striate],
    ['node', report.node],
    ['platform', report.platform],
    ['processor', `${report.processor}, ${report.cores} cores`],
    ['memory', `${gigabytes(report.memory.total)}, ${gigabytes(report.memory.free)} free`],
    ['data', report.data ?? 'STRIATE_DATA is not set'],
    ...engines,
  ]);
}

function threads({ threads: count, sharedMemory }: EngineDescription): string {
  return `${count} ${count === 1 ? 'thread' : 'threads'}, ${sharedMemory ? 'shared memory' : 'no shared memory'}`;
}
