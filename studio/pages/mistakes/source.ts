import { signal } from '@preact/signals';
import type { FolderFile } from 'striate';

/** The folder that was dropped or chosen last: held while the page is open. */
export const folderFiles = signal<{ readonly id: string; readonly files: readonly FolderFile[] }>({
  id: '',
  files: [],
});

/** Takes a folder's pictures. */
export function takeFolder(files: readonly FolderFile[]): void {
  const name = files[0].path.split('/', 1)[0];
  folderFiles.value = { id: `${name}:${files.length}`, files };
}

/** Whether a file is a model's, by its name. */
export const isModelFile = ({ name }: File): boolean => /\.(safetensors|onnx|keras)$/i.test(name);
