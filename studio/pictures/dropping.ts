import { useEffect, useState } from 'preact/hooks';

/**
 * Takes what is dropped anywhere on the page, for as long as the component is shown: files, and those in dropped folders with
 * their paths. Several parts of a page may wait for files of different kinds.
 *
 * @param accepts which of the files are meant for this part; `onDrop` is called where there is one
 * @returns whether something is held over the page now
 */
export function useDrop(accepts: (file: File) => boolean, onDrop: (files: readonly DroppedFile[]) => void): boolean {
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
      void droppedFiles(event.dataTransfer).then((files) => {
        const meant = files.filter(({ file }) => accepts(file));
        if (meant.length > 0) onDrop(meant);
      });
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

/** Whether a file is a picture that browsers read, by its type or, where it has none, by its name. */
export function isPicture({ type, name }: File): boolean {
  return type === '' ? /\.(png|jpe?g|webp|gif|bmp|avif)$/i.test(name) : type.startsWith('image/');
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
