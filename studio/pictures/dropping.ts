import { useEffect, useState } from 'preact/hooks';

/**
 * Takes what is dropped anywhere on the page, for as long as the component is shown: files, and those in dropped folders with
 * their paths (`webkitRelativePath` of a folder that was chosen is the same).
 *
 * @returns whether something is held over the page now
 */
export function useDrop(onDrop: (files: readonly DroppedFile[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const drag = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(event.type !== 'dragleave');
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!event.dataTransfer) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then((files) => files.length > 0 && onDrop(files));
    };
    const listeners = [
      ['dragover', drag],
      ['dragleave', drag],
      ['drop', drop],
    ] as const;
    for (const [name, listener] of listeners) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener);
    };
  });
  return over;
}

/** A dropped file and where it lay in what was dropped: `cats/1.jpg`. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

/** All files that were dropped, those of folders too, by path. */
async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  // Entries must be taken before anything is waited for: then the transfer is emptied.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files = (await Promise.all(entries.map(filesIn))).flat();
  return files.sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

async function filesIn(entry: FileSystemEntry): Promise<DroppedFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  // A reader gives a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesIn))).flat();
}
