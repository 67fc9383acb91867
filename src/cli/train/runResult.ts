import type { DataSplits } from '../../data/dataSet.js';
import { drawArchitecture } from '../../explain/index.js';
import type { Model } from '../../models/index.js';
import type { LayerRow, RunResult, TestResult } from '../../report/runResult.js';
import type { RunArguments } from './runFolder.js';
import { runSettings } from './runSettings.js';

/** What a finished run consists of. */
interface FinishedRun {
  readonly run: RunArguments;
  readonly name: string;
  readonly model: Model;
  readonly data: DataSplits;
  readonly engine: string;
  readonly epochs: RunResult['epochs'];
  readonly frozenEpochs: number | undefined;
  readonly imagesPerSecond: number;
  readonly test: TestResult;
}

/** A finished run as its page tells it. */
export function runResult({
  run,
  name,
  model,
  data,
  engine,
  epochs,
  frozenEpochs,
  imagesPerSecond,
  test,
}: FinishedRun): RunResult {
  const { train, test: testSet } = data;
  const summary = model.summarize();
  return {
    model: name,
    parameters: summary.parameters,
    layers: layerRows(model),
    architecture: drawArchitecture(model, { title: name }),
    data: {
      name: train.name,
      training: train.size,
      test: testSet.size,
      validation: 'test pictures',
      classNames: train.classNames,
      inputShape: train.inputShape,
    },
    settings: runSettings(run, name),
    engine,
    epochs,
    frozenEpochs,
    imagesPerSecond,
    test,
  };
}

/** A model's layers as pages list them. */
export function layerRows(model: Model): LayerRow[] {
  return model
    .summarize()
    .layers.map(({ name, type, output, parameters }) => ({ name, type, output: `(${output.join(', ')})`, parameters }));
}
