import { files } from '#platform';
import { StriateError } from '../../tensor/index.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import type { Logs } from '../runningMeans.js';
import type { Callback, Training } from './callback.js';

/** Options of CSVLogger. */
export interface CSVLoggerOptions {
  readonly filename: string;
  /** ',' by default. */
  readonly separator?: string;
  /** Whether rows are added to an existing file; false by default: the file is begun anew. */
  readonly append?: boolean;
}

/** Writes a row of results after every epoch (Keras's CSVLogger): `epoch` from 0, then the logged values. */
export class CSVLogger implements Callback {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'csvLogger',
    first: ['filename'],
    kinds: { filename: 'string', separator: 'string', append: 'boolean' },
  } as const satisfies AcceptedOptions<CSVLoggerOptions>;
  readonly name = 'csvLogger';
  readonly last = true;
  private columns: readonly string[] | undefined;

  constructor(private readonly options: CSVLoggerOptions) {
    expectOptions(CSVLogger.acceptedOptions, options);
    if (!options.filename) throw new StriateError({ where: 'csvLogger', rule: 'needs a filename', received: 'none' });
  }

  async onTrainBegin(training: Training): Promise<void> {
    const { filename, separator = ',', append = false } = this.options;
    this.columns = training.names;
    // A training that goes on from a checkpoint goes on with its file, too.
    const goesOn = append || training.results.length > 0;
    if (goesOn && (await files.exists(filename))) return;
    await files.writeWhole(filename, new TextEncoder().encode(`${['epoch', ...this.columns].join(separator)}\n`));
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { filename, separator = ',' } = this.options;
    const row = [epoch, ...(this.columns ?? []).map((name) => logs[name] ?? '')];
    await files.append(filename, `${row.join(separator)}\n`);
  }
}
