import { files } from '#platform';
import { formatError, type FileFormatName } from '../tensor/fileFormat.js';
import { StriateError } from '../tensor/index.js';

/** What lies in folders that are models of other programs. */
const contents: readonly (readonly [string, FileFormatName])[] = [
  ['saved_model.pb', 'savedModel'],
  ['Manifest.json', 'coreml'],
];

/** What a folder is and what to do with it, for a reader that takes files; undefined where it is none of a known kind. */
export async function otherFolder(folder: string): Promise<StriateError | undefined> {
  for (const [file, format] of contents) {
    if (await files.exists(files.join(folder, file))) return formatError(format, folder);
  }
  if (!(await files.exists(files.join(folder, 'model.json')))) return undefined;
  return new StriateError({
    where: folder,
    rule: 'is a folder with a TensorFlow.js model',
    advice: `give its file ${files.join(folder, 'model.json')}`,
  });
}
