import { Tensor } from '../tensor/index.js';
import {
  batchSizeFor,
  exampleCount,
  trainingBatchSize,
  trainingExamples,
  validationOf,
  type FitData,
} from './fitData.js';
import type { FitOptions } from './fitOptions.js';
import type { Objective } from './objective.js';
import { argMaxOf } from '../tensor/row.js';

/** The classes among examples, with how many of them there are, by number. */
type ClassCounts = ReadonlyMap<number, number>;

/**
 * What a training is told beforehand that would otherwise be found out from its results: steps that hold the whole set, batches
 * that were made smaller, validation by classes that nothing is learned of.
 *
 * @returns sentences for people, without an end
 */
export function trainingNotes(data: FitData, options: FitOptions, objective: Objective): string[] {
  return [...batchNotes(data, options), ...validationNotes(data, options, objective)];
}

function batchNotes(data: FitData, options: FitOptions): string[] {
  const examples = trainingExamples(data, options);
  if (examples === undefined || options.stepsPerEpoch !== undefined) return [];
  const batch = trainingBatchSize(data, options);
  if (options.batchSize === undefined && batch <= examples && batch < batchSizeFor(data)) {
    const steps = Math.ceil(examples / batch);
    return [
      `${examples} examples are few: a step takes ${batch} of them, so that an epoch has ${steps}; batchSize says otherwise`,
    ];
  }
  // Fewer than nine are an exercise, which is meant so.
  return batch >= examples && examples > 8
    ? [
        `a step holds all ${examples} examples, so that an epoch changes the weights once; a smaller batchSize learns faster`,
      ]
    : [];
}

function validationNotes(data: FitData, options: FitOptions, { outputs }: Objective): string[] {
  const { validationSplit = 0, validationData } = options;
  if (outputs.length !== 1) return [];
  const [{ loss, shape }] = outputs;
  // Numbers are classes where the loss says so; several yes-or-no answers are none.
  const isClasses = /crossentropy$/i.test(loss.name) && !(loss.name.startsWith('binary') && (shape.at(-1) ?? 1) > 1);
  if (!isClasses || (!validationSplit && !validationData)) return [];
  const trained = trainingExamples(data, options);
  if (trained === undefined) return [];
  const learned = classesOf(data, 0, trained);
  const validation = validationSplit
    ? classesOf(data, trained, exampleCount(data)!)
    : classesOf(validationOf(validationData!), 0, Infinity);
  if (!learned || !validation || learned.size < 2) return [];
  const names = data.kind === 'dataSet' ? data.dataSet.classNames : [];
  const named = (label: number): string => (names[label] === undefined ? String(label) : `'${names[label]}'`);
  const advice = validationSplit
    ? '; the split takes the last examples, so shuffle sorted ones beforehand, or give validationData'
    : '';
  const unseen = [...validation.keys()].filter((label) => !learned.has(label)).sort((a, b) => a - b);
  const notes: string[] = [];
  if (validation.size === 1) {
    const [[label, count]] = validation;
    if (count > 1) notes.push(`the ${count} validation examples are all of class ${named(label)}`);
  }
  if (unseen.length > 0) {
    const list = unseen.slice(0, 5).map(named).join(', ') + (unseen.length > 5 ? ', …' : '');
    notes.push(`validation has ${unseen.length === 1 ? 'a class' : 'classes'} that nothing is learned of: ${list}`);
  }
  return notes.map((note, i) => (i === notes.length - 1 ? note + advice : note));
}

/** Counts the classes of some examples where they are known without reading pictures. */
function classesOf(data: FitData, begin: number, end: number): ClassCounts | undefined {
  const labels = labelsOf(data);
  if (!labels) return undefined;
  const counts = new Map<number, number>();
  const last = Math.min(end, labels.size);
  for (let i = begin; i < last; i++) {
    const label = labels.at(i);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

/** The class of each example: numbers as they are, and of a row for each the place of the largest. */
function labelsOf(data: FitData): { readonly size: number; at(index: number): number } | undefined {
  if (data.kind === 'stream') return undefined;
  if (data.kind === 'dataSet') {
    const { dataSet } = data;
    return dataSet.label ? { size: dataSet.size, at: (index) => dataSet.label!(index) } : undefined;
  }
  const { y } = data;
  if (Array.isArray(y) && typeof y[0] === 'number')
    return { size: y.length, at: (index) => (y as readonly number[])[index] };
  if (!(y instanceof Tensor)) return undefined;
  const [size, ...rest] = y.shape;
  const row = rest.reduce((a, b) => a * b, 1);
  if (rest.length > 1) return undefined;
  if (row === 1) return { size, at: (index) => y.data[index] };
  return {
    size,
    at(index) {
      return argMaxOf(y.data.subarray(index * row, (index + 1) * row));
    },
  };
}
