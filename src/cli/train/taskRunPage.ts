import { pathToFileURL } from 'node:url';
import { dirname } from 'node:path';
import { drawArchitecture } from '../../explain/index.js';
import type { History } from '../../fit/index.js';
import { reasonOf } from '../../platform/systemErrors.js';
import type { TaskTrial } from '../../report/task/taskTrial.js';
import { StriateError } from '../../tensor/index.js';
import { invocation, shellWords } from '../invocation.js';
import { modelName } from '../modelArgument.js';
import type { Output } from '../output.js';
import { layerRows, provenance } from '../pageFacts.js';
import { engineText } from './finishedRun.js';
import { epochs as counted } from './runSettings.js';
import type { TaskStart } from './startTask.js';

/** A run of a task whose training is done. */
interface TrainedTask extends TaskStart {
  readonly history: History;
  readonly trial: TaskTrial;
  readonly testedOn: 'test' | 'validation';
}

/** Writes the page of a task's run. The training is done and saved: a page that cannot be drawn is told, and nothing more. */
export async function writeTaskPage(folder: string, trained: TrainedTask, output: Output): Promise<void> {
  const { run, task, data, history, trial, testedOn } = trained;
  const { model } = task;
  try {
    const { writeTaskReport } = await import('../../report/task/writeTaskReport.js');
    const name = modelName(run.model);
    const page = await writeTaskReport(folder, {
      model: name,
      parameters: model.parameterCounts().parameters,
      layers: layerRows(model),
      architecture: drawArchitecture(model, { title: name }),
      inputShape: model.inputShape,
      ...{ testedOn, trial },
      training: {
        pictures: data.train.size,
        epochs: history.epochs,
        imagesPerSecond: history.imagesPerSecond,
        engine: engineText(await model.describeEngine()),
        settings: settingsOf(trained),
      },
    });
    output.progress(`The page of this run: ${output.strong(pathToFileURL(page).href)}`);
    const runs = dirname(folder) === 'runs' ? [] : ['--runs', dirname(folder)];
    output.progress(`Watch networks at work in the browser: ${invocation()} ${shellWords(['studio', ...runs])}`);
  } catch (error) {
    const reason = error instanceof StriateError ? error.message : reasonOf(error);
    output.progress(`The page of this run could not be written (${reason}). Weights and results are in ${folder}.`);
  }
}

/** What a run was asked for, as its page lists it. */
function settingsOf({ run, task, call, history, data }: TrainedTask): Record<string, string | number> {
  const { weights, freeze, augment = 'none', batch, optimizer, lr, earlyStopping, seed } = run;
  const rates = history.epochs.map(({ learningRate }) => learningRate);
  const cycle = `one cycle${rates.length > 0 ? `, up to ${Number(Math.max(...rates).toPrecision(3))} at epochs’ beginnings` : ''}`;
  return {
    'annotations of': data.format,
    task: run.task,
    ...(task.architecture === run.model ? {} : { head: task.architecture }),
    ...(weights === undefined ? {} : { 'started from': weights }),
    ...(freeze === undefined ? {} : { frozen: freeze }),
    epochs: run.epochs,
    ...(batch === undefined ? {} : { 'batch size': batch }),
    optimizer: optimizer ?? 'adam',
    'learning rate': optimizer === undefined ? cycle : (lr ?? 'the optimizer’s'),
    seed,
    ...(earlyStopping && { 'early stopping': `after ${counted(earlyStopping)} without a lower validation loss` }),
    ...(augment === 'none' ? {} : { augmentation: augment }),
    ...provenance(call),
  };
}
