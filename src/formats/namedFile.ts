import { files } from '#platform';
import { StriateError } from '../tensor/index.js';

/** Where the files are that a model names. */
export interface NamedFiles {
  /** What the model is called in messages. */
  readonly where: string;
  /** How it names them: «its weights lie in». */
  readonly named: string;
  /** The model's own path, beside which they lie; undefined where it was given as bytes. */
  readonly path?: string | undefined;
  /** Those that were given with it, by name. */
  readonly given?: ReadonlyMap<string, Uint8Array> | undefined;
}

/**
 * Reads a file that a model names.
 *
 * @throws StriateError when it was neither given nor lies beside the model: a model may not reach for files elsewhere.
 */
export async function readNamedFile(name: string, { where, named, path, given }: NamedFiles): Promise<Uint8Array> {
  const bytes = given?.get(name);
  if (bytes) return bytes;
  const refused = (rule: string, advice?: string): StriateError =>
    new StriateError({ where, rule: `${named} '${name}', ${rule}`, advice });
  if (path === undefined) throw refused('which was not handed in');
  const leadsElsewhere = name === '' || /(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]+:|\0/i.test(name);
  const file = path.replace(/[^\\/]*$/, '') + name;
  if (leadsElsewhere || !(await files.isBeside(file, path))) {
    throw refused('which is not beside it', 'put all files into one folder');
  }
  return files.read(file);
}
