import { StriateError } from 'striate';
import type { ListedRun } from '../../src/studio/api.js';
import { convertModel, server } from '../server/studioServer.js';
import { keepFile, type KeptFile } from '../storage/contents.js';
import { say } from './strings.js';

/** What names of models' files end with, those that say most of a model first. */
const endings = ['onnx', 'keras', 'h5', 'hdf5', 'safetensors'];

/** Files that models come in. */
export const modelEndings = new RegExp(`\\.(${endings.join('|')})$`, 'i');

/** What file pickers offer for models. */
export const modelAccept = endings.map((ending) => `.${ending}`).join(',');

const kerasEndings = /\.(keras|h5|hdf5)$/i;

/** Whether a file is a model's, by its name. */
export const isModelFile = ({ name }: { readonly name: string }): boolean => modelEndings.test(name);

/** The place of a model's file among others of the same name: of a model and its weights alone, the model comes first. */
export function modelRank(name: string): number {
  return endings.indexOf(name.toLowerCase().replace(/^.*\./, ''));
}

/** The file of a run's model: the best of its epochs, or whatever there is. */
export function runModelFile({ files }: Pick<ListedRun, 'files'>): string | undefined {
  const models = files.filter(isModelFile).map(({ name }) => name);
  return models.find((name) => name.startsWith('best')) ?? models.find((name) => name.startsWith('last')) ?? models[0];
}

/** A model's file, and what it is called. */
export interface ModelFile {
  readonly file: Blob;
  readonly name: string;
}

/**
 * A model's file as pages read it: those of Keras in Striate's own form, made by the server of `striate studio` on this machine,
 * as what reads HDF5 is as large as three of all pages. Others as they are.
 *
 * @throws StriateError where it is Keras's and there is no such server, with the command that converts it.
 */
export async function readableModel(file: Blob, name: string): Promise<ModelFile> {
  if (!kerasEndings.test(name)) return { file, name };
  if (server.value) {
    return { file: await convertModel(file, name, 'striate'), name: name.replace(kerasEndings, '.safetensors') };
  }
  throw new StriateError({ where: name, rule: say.noKeras, advice: say.convertIt(name) });
}

/** Keeps a model that was dropped or picked in this browser, in a form that pages read. */
export async function keepModel(file: Blob, name: string): Promise<KeptFile> {
  const readable = await readableModel(file, name);
  return keepFile(readable.file, readable.name);
}

/**
 * A model in Keras's form (`.keras`), for `keras.models.load_model`.
 *
 * @param bytes Striate's own form, as `model.toBytes()` gives it
 * @throws StriateError where no server of `striate studio` is there to write it, or a layer has no like in Keras.
 */
export async function kerasFile(bytes: Uint8Array, name: string): Promise<Blob> {
  if (server.value) return convertModel(new Blob([bytes as Uint8Array<ArrayBuffer>]), name, 'keras');
  throw new StriateError({ where: name, rule: say.noKerasWriter, advice: say.convertBack });
}
