import type { DataSplits } from '../data/dataSet.js';
import { drawArchitecture } from '../explain/index.js';
import type { Model } from '../models/index.js';
import type { EpochResult, RunResult, TestResult } from '../report/runResult.js';
import type { RunArguments } from './runFolder.js';

/** What a finished run consists of. */
interface FinishedRun {
  readonly run: RunArguments;
  readonly name: string;
  readonly model: Model;
  readonly data: DataSplits;
  readonly engine: string;
  readonly epochs: readonly EpochResult[];
  readonly imagesPerSecond: number;
  readonly test: TestResult;
}

/** A finished run as its page tells it. */
export function runResult({ run, name, model, data, engine, epochs, imagesPerSecond, test }: FinishedRun): RunResult {
  const { train, test: testSet } = data;
  const summary = model.summarize();
  return {
    model: name,
    parameters: summary.parameters,
    layers: summary.layers.map((layer) => ({
      name: layer.name,
      type: layer.type,
      output: `(${layer.output.join(', ')})`,
      parameters: layer.parameters,
    })),
    architecture: drawArchitecture(model, { title: name }),
    data: {
      name: train.name,
      training: train.size,
      test: testSet.size,
      validation: 'test pictures',
      classNames: train.classNames,
      inputShape: train.inputShape,
    },
    settings: {
      epochs: run.epochs,
      'batch size': run.batch,
      optimizer: run.optimizer,
      ...(run.lr === undefined ? {} : { 'learning rate': run.lr }),
      seed: run.seed,
      ...(run.augment === undefined || run.augment === 'none' ? {} : { augmentation: run.augment }),
      ...(run.model === name ? {} : { 'started from': run.model }),
    },
    engine,
    epochs,
    imagesPerSecond,
    test,
  };
}
