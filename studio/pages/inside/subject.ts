import { StriateError, type RgbaPicture } from 'striate';
import type { RegionBox } from 'striate/explain';
import { digitsModel } from '../../models/digitsModel.js';
import { isModelFile, modelEndings, modelRank, readableModel, runModelFile } from '../../models/readableModel.js';
import { builtInPicture } from '../../pictures/builtIn.js';
import { pictureBlob } from '../../pictures/openPicture.js';
import type { StudioPicture } from '../../pictures/picture.js';
import { dataFile, listData, listRuns, modelFile, runFile, server } from '../../server/studioServer.js';
import type { DataAnswer } from '../../../src/studio/api.js';
import { keptFile } from '../../storage/contents.js';
import { say } from './strings.js';

/** A model's file, as the worker is given it. */
export interface SubjectModel {
  /** What it is kept by while it is open. */
  readonly key: string;
  readonly name: string;
  readonly file: Blob;
  readonly preprocessing: string | undefined;
}

/** A picture, as the worker is given it. */
export interface SubjectPicture {
  readonly key: string;
  readonly source: Blob | RgbaPicture;
  /** Where its objects are, as far as that is known. */
  readonly boxes: readonly RegionBox[];
}

/** What is looked into. */
export interface Subject {
  readonly model: SubjectModel;
  readonly picture: SubjectPicture;
}

/** Published files that do not say how their pictures are prepared, by how their names begin. */
const published: readonly (readonly [RegExp, string])[] = [[/^squeezenet1_1-imagenet/i, 'rgb-means']];

/** Folders of the server's data where models usually lie. */
const modelFolders = ['', 'pretrained', 'models'];

/** A photograph of the server's data that addresses call by a short name, and where its objects are. */
interface Photograph {
  readonly path: string;
  readonly boxes: readonly RegionBox[];
}

const size = { width: 525, height: 351 } as const;
const photographs: Readonly<Record<string, Photograph>> = {
  elephants: {
    path: 'photos/creative_commons_elephant.jpg',
    boxes: [
      { left: 238, right: 525, top: 48, bottom: 222, of: size },
      { left: 90, right: 290, top: 130, bottom: 236, of: size },
    ],
  },
};

/**
 * The model of a name in an address.
 *
 * @throws StriateError where there is none, with what to drop.
 */
export async function subjectModel(name: string, prepare: string): Promise<SubjectModel> {
  const named = await modelNamed(name);
  const found = { ...named, ...(await readableModel(named.file, named.name)) };
  const usual = published.find(([pattern]) => pattern.test(found.name))?.[1];
  const preprocessing = prepare === 'auto' ? usual : prepare;
  return { ...found, key: `${found.key} ${preprocessing ?? ''}`, preprocessing };
}

type FoundModel = Omit<SubjectModel, 'preprocessing'>;

async function modelNamed(name: string): Promise<FoundModel> {
  if (name === '') return (await servedModel(undefined)) ?? (await dataModel('squeezenet1_1')) ?? modelNamed('digits');
  if (name === 'digits') return { key: name, ...(await digitsModel()) };
  if (name.startsWith('file:')) {
    const kept = await keptFile(name.slice('file:'.length));
    if (kept) return { key: name, name: kept.name, file: kept.blob };
    throw new StriateError({ where: say.model, rule: say.notHere, advice: say.dropModel });
  }
  if (name.startsWith('run:')) return runModel(name.slice('run:'.length));
  const found = (await servedModel(name)) ?? (await dataModel(name));
  if (found) return found;
  throw new StriateError({ where: say.model, rule: say.noSuchModel, received: name, advice: say.dropModel });
}

/** The model that the studio was started with, where it is called so, or any where no name is given. */
async function servedModel(name: string | undefined): Promise<FoundModel | undefined> {
  const listed = server.value?.model;
  if (!listed || (name !== undefined && !isCalled(listed.name, name))) return undefined;
  return { key: `served ${listed.name} ${listed.bytes}`, name: listed.name, file: await modelFile() };
}

/** A model's file of the server's data. */
async function dataModel(name: string): Promise<FoundModel | undefined> {
  if (!server.value?.data) return undefined;
  for (const folder of modelFolders) {
    const listing = await listData(folder).catch(() => undefined);
    const files = (listing?.entries ?? []).filter(isModelFile).map((entry) => entry.name);
    // Of a model and its weights alone, which often lie side by side, the one with the model.
    const [file] = files.filter((one) => isCalled(one, name)).sort((a, b) => modelRank(a) - modelRank(b));
    if (file === undefined) continue;
    const path = folder === '' ? file : `${folder}/${file}`;
    return { key: `data ${path}`, name: file, file: await dataFile(path) };
  }
  return undefined;
}

/** Whether a file is meant by a name: with its ending, without it, or up to a hyphen, as `squeezenet1_1-imagenet.onnx`. */
function isCalled(file: string, name: string): boolean {
  const stem = file.replace(modelEndings, '');
  return file === name || stem === name || stem.startsWith(`${name}-`);
}

async function runModel(run: string): Promise<FoundModel> {
  const found = server.value?.runs ? (await listRuns()).find((one) => one.name === run) : undefined;
  const file = found && runModelFile(found);
  if (file === undefined)
    throw new StriateError({ where: say.model, rule: say.noSuchRun, received: run, advice: say.dropModel });
  return { key: `run ${run} ${found!.changed}`, name: file, file: await runFile(run, file) };
}

/** A name's picture, and what it is called where nothing was said. */
export async function subjectPicture(name: string, model: SubjectModel): Promise<SubjectPicture> {
  const wanted = name === '' ? await usualPicture(model) : name;
  const known = builtInPicture(wanted);
  if (known) return { key: wanted, source: pixelsOf(known), boxes: [] };
  const address = pictureAddress(wanted);
  const boxes = Object.values(photographs).find(({ path }) => address === `data:${path}`)?.boxes ?? [];
  return { key: wanted, source: await pictureBlob(address), boxes };
}

/** A photograph's place in the server's data. */
export function pictureAddress(name: string): string {
  return Object.hasOwn(photographs, name) && server.value?.data ? `data:${photographs[name].path}` : name;
}

/** What lies in the data's folder of photographs, where there is one. */
async function servedPhotos(): Promise<DataAnswer['entries']> {
  if (!server.value?.data) return [];
  const { entries } = await listData('');
  return entries.some(({ name }) => name === 'photos') ? (await listData('photos')).entries : [];
}

async function usualPicture(model: SubjectModel): Promise<string> {
  if (model.key.startsWith('digits')) return 'digit';
  const entries = await servedPhotos();
  return entries.some(({ name }) => `photos/${name}` === photographs.elephants.path) ? 'elephants' : 'scene';
}

/** The name of a picture to stand beside another, where none is named. */
export async function otherPicture(model: SubjectModel, first: string): Promise<string> {
  if (model.key.startsWith('digits')) return first === 'digit-8' ? 'digit' : 'digit-8';
  const paths = (await servedPhotos())
    .filter(({ kind }) => kind === 'picture')
    .map(({ name }) => `data:photos/${name}`);
  return paths.find((path) => path !== pictureAddress(first)) ?? (first === 'scene' ? 'digit' : 'scene');
}

/** A picture of the studio's as bytes, as models take pictures. */
function pixelsOf({ height, width, channels, data, low, high }: StudioPicture): RgbaPicture {
  const rgba = new Uint8ClampedArray(4 * height * width);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = (255 * (data[i * channels + (c % channels)] - low)) / (high - low);
    rgba[4 * i + 3] = 255;
  }
  return { width, height, data: rgba };
}
