import { InvalidArgumentError, Option } from 'commander';
import { engines } from '../engine/index.js';
import type { EngineChoice } from '../fit/index.js';
import { preprocessingNames } from '../pictures/index.js';
import { isWhole } from '../tensor/check.js';

/** A whole number in a range, for commander. */
export function wholeNumber(lowest: number, highest = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !isWhole(value, lowest, highest)) {
      const range = highest === Number.MAX_SAFE_INTEGER ? `of at least ${lowest}` : `from ${lowest} to ${highest}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return value;
  };
}

/** A number greater than zero, for commander. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number greater than 0.');
  }
  return value;
}

/** A number from 0 to 1, for commander. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return value;
}

/** `--input 224x224x3`: the size of the pictures that a model is made for. */
export function inputShapeOption(when: string): Option {
  return new Option('--input <shape>', `height × width × channels, such as 224x224x3, ${when}`).argParser(inputShape);
}

/** [height, width, channels], for commander. */
function inputShape(text: string): number[] {
  const shape = text.split(/[x×,]/).map(Number);
  if (shape.length !== 3 || !shape.every((n) => isWhole(n, 1))) {
    throw new InvalidArgumentError('It must be height × width × channels, such as 224x224x3.');
  }
  return shape;
}

/** The option `--preprocessing`. */
export function preprocessingOption(): Option {
  const names = Object.keys(preprocessingNames).join(', ');
  return new Option(
    '--preprocessing <name|file>',
    `how pictures are prepared: ${names}, or a JSON file (default: as the model says)`,
  );
}

/** The option `--weights-key`. */
export function weightsKeyOption(): Option {
  return new Option(
    '--weights-key <key>',
    'which dictionary of a checkpoint holds the weights, such as model_ema (default: the one that fits)',
  );
}

/** Options that several commands take, made anew for each. */
export const shared = {
  outputs: () =>
    new Option(
      '--outputs <names>',
      'values of an ONNX file that become its outputs, such as scores,features',
    ).argParser((text: string) => text.split(',').filter(Boolean)),
  batchAxis: () => new Option('--no-batch-axis', 'the inputs of an ONNX file have no axis for a batch'),
  threads: () => new Option('--threads <n>', 'worker threads (default: one per core)').argParser(wholeNumber(1, 64)),
  engine: () => new Option('--engine <name>', 'what computes (default: "wasm")').choices(Object.keys(engines)),
  seed: (what: string) => new Option('--seed <n>', what).argParser(wholeNumber(0, 2 ** 32 - 1)),
  batch: () => new Option('--batch <n>', 'pictures per step').argParser(wholeNumber(1)),
  json: () => new Option('--json', 'print one JSON object as the last line'),
} as const;

/** What the options `--engine` and `--threads` choose. */
export function engineChoice(options: { readonly engine?: string; readonly threads?: number }): EngineChoice {
  const { engine, threads } = options;
  return { engine, threads };
}
