import { StriateError } from 'striate';
import { keptFile } from '../storage/contents.js';
import { digitsModel } from './digitsModel.js';
import type { ModelFile } from './readableModel.js';
import { say } from './strings.js';

/**
 * A model's file by what addresses call it: `digits`, the studio's own; `data:PATH`, the server's; `file:HASH`, one that was dropped.
 *
 * @param server the address of the server's data up to a file's path; undefined where there is no server
 * @throws StriateError where there is no such file any more, with what to do.
 */
export async function namedModel(name: string, server: string | undefined): Promise<ModelFile> {
  if (name === 'digits') return digitsModel();
  return name.startsWith('data:') ? servedFile(name, server) : droppedFile(name);
}

async function droppedFile(name: string): Promise<ModelFile> {
  const kept = await keptFile(name.slice('file:'.length));
  if (kept) return { file: kept.blob, name: kept.name };
  throw new StriateError({ where: say.model, rule: say.modelGone, received: name, advice: say.dropModel });
}

async function servedFile(name: string, server: string | undefined): Promise<ModelFile> {
  const path = name.slice('data:'.length);
  const answer = server === undefined ? undefined : await fetch(`${server}${encodeURIComponent(path)}`);
  if (answer?.ok) return { file: await answer.blob(), name: path.slice(path.lastIndexOf('/') + 1) };
  throw new StriateError({ where: say.model, rule: say.modelNotInFolder, received: path, advice: say.giveOrDrop });
}
