import type { Model } from '../models/index.js';
import { StriateError } from '../tensor/index.js';
import type { SafeTensors } from '../tensor/safetensors.js';
import { compareWeights, contentOf, type WeightSource } from '../weights/index.js';
import type { DetectionName } from '../zoo/detection.js';
import type { SegmentationName } from '../zoo/segmentation.js';
import { WeightHub, type HubOptions } from '../zoo/weights/hub.js';
import { isHubName } from '../zoo/weights/published.js';
import { cocoWeights, publishedTaskWeights } from '../zoo/weights/publishedTasks.js';

/** A network for boxes or masks that has published weights. */
export type TaskName = DetectionName | SegmentationName;

/**
 * What frozen normalizations add to the variance with these weights: of the published ones, by their name or their file's, what they
 * were trained with; undefined where nothing is known.
 */
export function publishedEpsilon(name: TaskName, source: WeightSource | undefined): number | undefined {
  if (typeof source !== 'string') return undefined;
  const { file, epsilon } = publishedTaskWeights[name];
  const [last] = source.split(/[\\/]/).slice(-1);
  return source === cocoWeights || last === file || last.startsWith(`${name}-${cocoWeights}.`) ? epsilon : undefined;
}

/** What torchvision called layers before its version 0.13, and calls them since; published files have the old names. */
const renamed: readonly (readonly [old: RegExp, now: (...parts: string[]) => string, of?: TaskName])[] = [
  [/((?:^|\.)fpn\.(?:inner|layer)_blocks\.\d+)\.(weight|bias)$/, (_, block, kind) => `${block}.0.${kind}`],
  [
    /((?:^|\.)head\.\w+_head\.conv)\.(\d)\.(weight|bias)$/,
    (_, conv, place, kind) => `${conv}.${Number(place) / 2}.0.${kind}`,
    'retinanet_resnet50_fpn',
  ],
];

/** A file with the names of today. */
function withPresentNames(name: TaskName, { tensors, metadata }: SafeTensors): SafeTensors {
  const rules = renamed.filter(([, , of]) => of === undefined || of === name);
  const present = [...tensors].map(
    ([key, tensor]) => [rules.reduce((own, [old, now]) => own.replace(old, now), key), tensor] as const,
  );
  return { tensors: new Map(present), metadata };
}

/** What a source holds, and what messages call it: published weights by their name, or a file. */
async function readTaskWeights(
  name: TaskName,
  source: WeightSource,
  options: HubOptions,
): Promise<{ readonly content: SafeTensors; readonly file: string }> {
  if (isHubName(source)) {
    throw new StriateError({
      where: `weights of '${name}'`,
      rule: `'${source}' is of classifiers`,
      advice: `use weights: '${cocoWeights}', or give a classifier with such weights as the backbone`,
    });
  }
  if (source !== cocoWeights) {
    const file = typeof source === 'string' ? source : `weights of '${name}'`;
    return { file, content: await contentOf(source, file) };
  }
  const hub = new WeightHub();
  const published = publishedTaskWeights[name];
  const own = ['safetensors', 'pth'].map((extension) => `${name}-${cocoWeights}.${extension}`);
  const { bytes, place } =
    (await hub.inFolder([published.file, ...own], options.weightsFolder)) ?? (await hub.published(published, options));
  return { file: place, content: await contentOf(bytes, place) };
}

/**
 * Gives a network's weights to it: torchvision's published ones by name, PyTorch's of a file, or Striate's. An auxiliary head may
 * be missing in the file, as in files for use alone.
 *
 * @throws StriateError when they cannot be had, or the file has other weights.
 */
export async function loadTaskWeights(
  name: TaskName,
  model: Model,
  source: WeightSource,
  options: HubOptions = {},
): Promise<void> {
  const { file, content: given } = await readTaskWeights(name, source, options);
  const content = withPresentNames(name, given);
  const { missing, misshaped } = compareWeights(model, content);
  const needed = missing.filter((weight) => !weight.startsWith('aux_classifier.'));
  if (needed.length + misshaped.length > 0) {
    const wrong = [...needed, ...misshaped.map((weight) => weight.name)];
    throw new StriateError({
      where: file,
      rule: `does not have the weights of '${model.name}'`,
      received: `${wrong.length} tensors missing or of another shape, such as '${wrong[0]}'`,
      advice: 'make the network for as many classes as the file has: { classes }',
    });
  }
  await model.loadWeights(content, { strict: false, name: file });
}
