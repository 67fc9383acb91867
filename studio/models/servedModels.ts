import { listData, server } from '../server/studioServer.js';

/** Files of models that pages read by themselves. */
const modelFile = /\.(onnx|safetensors)$/i;

/** Folders of the server's data where models usually lie. */
const folders = ['pretrained', 'models'] as const;

/** The models' files of the server's data by what addresses call them, `data:PATH`; none where there are no data. */
export async function servedModels(): Promise<readonly (readonly [name: string, said: string])[]> {
  if (!server.value?.data) return [];
  const whole = await listData('');
  const inside = folders.filter((folder) =>
    whole.entries.some(({ kind, name }) => kind === 'folder' && name === folder),
  );
  const listings = [whole, ...(await Promise.all(inside.map(listData)))];
  return listings.flatMap(({ folder, entries }) => {
    const files = entries.filter(({ kind, name }) => kind === 'file' && modelFile.test(name));
    const names = files.map(({ name }) => name);
    // Of a model and its weights alone, which often lie side by side, the one with the model.
    const isTwin = (name: string): boolean =>
      /\.safetensors$/i.test(name) && names.includes(name.replace(/safetensors$/i, 'onnx'));
    return names
      .filter((name) => !isTwin(name))
      .map((name) => [`data:${folder === '' ? '' : `${folder}/`}${name}`, name] as const);
  });
}

/** The network that photos are learned with where none was chosen: one of the server's that has learned ImageNet, or else the studio's own. */
export async function networkForPhotos(): Promise<string> {
  const served = await servedModels().catch(() => []);
  return served.find(([, said]) => /imagenet/i.test(said))?.[0] ?? 'digits';
}
