import { describesPictures, preprocessingText } from '../../pictures/preprocessingMetadata.js';
import { contentOf, type WeightSource } from '../../weights/index.js';
import { StriateError, type ErrorParts, type SafeTensors } from '../../tensor/index.js';
import type { Architecture } from '../architecture.js';
import { WeightHub, type HubOptions } from './hub.js';
import { elsewhere, isHubName, publishedWeights, type HubName } from './published.js';

/** Weights that were read, and what messages call them. */
export interface ReadWeights {
  readonly content: SafeTensors;
  readonly file: string;
}

/**
 * Reads weights for an architecture: published ones by their name, or those of a file. The metadata of published ones says
 * how pictures are prepared.
 *
 * @throws StriateError when there are no such weights, they cannot be fetched, or the file is damaged.
 */
export async function weightsOf(
  name: string,
  row: Architecture,
  source: WeightSource,
  options: HubOptions = {},
): Promise<ReadWeights> {
  if (isHubName(source)) return fromHub(name, row, source, options);
  const file = typeof source === 'string' ? source : `weights of '${name}'`;
  return { file, content: await contentOf(source, file) };
}

async function fromHub(name: string, row: Architecture, which: HubName, options: HubOptions): Promise<ReadWeights> {
  const hub = new WeightHub();
  const ofName = Object.hasOwn(publishedWeights, name) ? publishedWeights[name] : {};
  const published = ofName[which];
  const fileNames = published ? [published.file, ...(published.formerly ? [published.formerly] : [])] : [];
  const own = ['safetensors', 'pth'].map((extension) => `${name}-${which}.${extension}`);
  const local = await hub.inFolder([...fileNames, ...own], options.weightsFolder);
  if (!local && !published) throw new StriateError(noWeights(name, row, which));
  const { bytes, place } = local ?? (await hub.published(published!, options));
  const { tensors, metadata } = await contentOf(bytes, place);
  const says = describesPictures(metadata) || metadata.user !== undefined;
  const usual = says ? {} : preprocessingText({ ...row.preprocessing, ...published?.preprocessing });
  return { file: place, content: { tensors, metadata: { ...metadata, ...usual } } };
}

/** Which weights there are, and what can be done. */
function noWeights(name: string, { weightNames }: Architecture, which: HubName): ErrorParts {
  const where = `zoo '${name}'`;
  const having = Object.keys(publishedWeights).filter((other) => publishedWeights[other][which] !== undefined);
  if (which !== 'imagenet' && Object.hasOwn(publishedWeights, name)) {
    return {
      where,
      rule: 'has no second ImageNet weights',
      advice: `use weights: 'imagenet'. '${which}' is there for ${having.join(', ')}`,
    };
  }
  const advice = Object.hasOwn(elsewhere, name)
    ? `load a file: ${elsewhere[name]} to download, for weights: 'FILE'`
    : weightNames === 'pytorch_resnet_cifar10'
      ? 'it is for CIFAR-10: load a .th file of https://github.com/akamaster/pytorch_resnet_cifar10, with weights: ' +
        "'FILE'"
      : "train it, or load a file of your own with weights: 'FILE'";
  return {
    where,
    rule: 'nobody published ImageNet weights that can be had by name',
    advice: `${advice}. '${which}' is there for ${having.join(', ')}`,
  };
}
