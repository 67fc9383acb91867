// What the recipes of this folder share: the photos, the pretrained network, and how a result is told.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { augmentation, augmentations, openDataSet, report, preprocessingFromTexts, zoo } from 'striate';

/** 1,000 + 1,000 photos to learn from, 500 + 500 to check with; `augment` turns, shifts, shears, zooms and mirrors them. */
export async function openPhotos({ preprocessing, augment = false }) {
  const pictures = { preprocessing, ...(augment && { augment: augmentation(augmentations.basic) }) };
  const { train, validation, test } = await openDataSet('cats-dogs', { pictures });
  return { train, validation: validation ?? test };
}

/** SqueezeNet 1.1 as it came from ImageNet, and how it wants its pictures. */
export async function pretrainedSqueezenet() {
  const file =
    process.env.STRIATE_DATA && join(process.env.STRIATE_DATA, 'pretrained/squeezenet1_1-imagenet.safetensors');
  const usual = zoo.describe('squeezenet1_1').preprocessing;
  if (!file) {
    const model = await zoo.create('squeezenet1_1', { weights: 'imagenet' });
    return { model, preprocessing: usual };
  }
  // This file's network wants 227×227 pictures from 0 to 255 less three means, as its metadata says.
  const model = zoo.create('squeezenet1_1', { inputShape: [227, 227, 3] });
  const { metadata } = await model.loadWeights(file);
  const preprocessing = preprocessingFromTexts(metadata, usual);
  model.preprocessing = preprocessing;
  return { model, preprocessing };
}

/** Prints the row of docs/results.md and writes the curves to runs/cats-dogs/NAME.svg. */
export async function tell(name, history, seconds) {
  const { epochs } = history;
  const last = epochs.at(-1);
  const validation = epochs.map(({ valAccuracy }) => valAccuracy);
  const best = Math.max(...validation);
  // One epoch's share of 1,000 photos wanders by one or two percent.
  const lastFive = validation.slice(-5);
  const mean = lastFive.reduce((sum, share) => sum + share, 0) / lastFive.length;
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const minutes = `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
  console.log('\n| recipe | epochs | training | validation | last five | best epoch | time |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  const shares = [last.accuracy, last.valAccuracy, mean, best].map(percent);
  const cells = [name, epochs.length, ...shares, minutes];
  console.log(`| ${cells.join(' | ')} |`);
  await mkdir('runs/cats-dogs', { recursive: true });
  const rows = epochs.map((epoch, i) => ({ epoch: i + 1, ...epoch }));
  const path = join('runs/cats-dogs', `${name}.svg`);
  await writeFile(path, await report.drawChart(report.curvesSpec(rows, 'validation')));
  console.log(`\nThe curves: ${path}`);
}
