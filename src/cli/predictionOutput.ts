import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Classified } from '../classify/index.js';
import { csvCell } from '../report/resultsCsv.js';
import { systemFailure } from '../platform/systemErrors.js';
import type { StriateError } from '../tensor/index.js';
import { columns, type Output } from './output.js';

/** Takes predictions as they come. */
export interface PredictionSink {
  write(prediction: Classified<string>): void | Promise<void>;
  end(): Promise<void>;
}

/** Predictions for people: the picture's name where there are several, and a line for each class. */
export function textSink(output: Output, several: boolean): PredictionSink {
  return {
    write({ picture, classes }) {
      if (several) output.data(picture);
      const rows = classes.map(({ name, probability }) => [name, `${(probability * 100).toFixed(1).padStart(5)} %`]);
      for (const line of columns(rows)) output.data(several ? `  ${line}` : line);
    },
    end: async () => {
      // Every line is out already.
    },
  };
}

/**
 * Predictions as CSV with a header line: `picture`, then `class`, `index` and `probability` of each rank, with the rank behind
 * the name from the second on.
 *
 * @param path a file, or '-' for standard output
 * @throws StriateError when the file cannot be written.
 */
export async function csvSink(path: string, top: number, output: Output): Promise<PredictionSink> {
  const ranks = Array.from({ length: top }, (_, i) => (i === 0 ? '' : String(i + 1)));
  const header = ['picture', ...ranks.flatMap((rank) => [`class${rank}`, `index${rank}`, `probability${rank}`])];
  const line = ({ picture, classes }: Classified<string>): string =>
    [picture, ...classes.flatMap(({ name, label, probability }) => [name, label, shown(probability)])]
      .map(csvCell)
      .join(',');
  if (path === '-') {
    output.data(header.join(','));
    return {
      write: (prediction) => output.data(line(prediction)),
      end: async () => {
        // Every line is out already.
      },
    };
  }
  const file = createWriteStream(path);
  let failure: Error | undefined;
  file.on('error', (error) => (failure = error));
  const put = async (text: string): Promise<void> => {
    if (failure) throw unwritable(path, failure);
    if (!file.write(`${text}\n`)) await Promise.race([once(file, 'drain'), once(file, 'close')]);
  };
  await once(file, 'open').catch((error: unknown) => {
    throw unwritable(path, error as Error);
  });
  await put(header.join(','));
  return {
    write: (prediction) => put(line(prediction)),
    end: async () => {
      if (!failure) await new Promise((resolve) => file.end(resolve));
      if (failure) throw unwritable(path, failure);
    },
  };
}

/** Six digits: what single precision has. */
function shown(probability: number): number {
  return Number(probability.toPrecision(6));
}

function unwritable(path: string, error: Error): StriateError {
  return systemFailure(`cannot write '${path}'`, error);
}
