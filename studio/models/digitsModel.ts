import type { ModelFile } from './readableModel.js';

/** The digit network that comes with the studio. */
export async function digitsModel(): Promise<ModelFile> {
  const answer = await fetch(new URL('./digits.safetensors', import.meta.url));
  return { file: await answer.blob(), name: 'digits.safetensors' };
}
