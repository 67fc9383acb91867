/** Node's own functions by name: one set of types serves both platforms, and in a page each says what to use in its place. */
import { ImageDataGenerator, type ImageDataGeneratorOptions } from './data/index.js';
import type * as reports from './report/index.js';
import { StriateError } from './tensor/index.js';

function refused(where: string, advice: string): StriateError {
  return new StriateError({ where, rule: 'it needs folders and files, which a browser does not have', advice });
}

/** As in Node; there are none in browsers. */
export const dataSetNames: readonly string[] = [];

/** @throws StriateError always: it is Node's. */
export function openDataSet(): Promise<never> {
  return Promise.reject(
    refused('openDataSet', 'use digits, xo or imageFiles, or fetch the files and use parseIdx or parseCifar10'),
  );
}

/** @throws StriateError always: it is Node's. */
export function imageFolder(): Promise<never> {
  return Promise.reject(
    refused('imageFolder', 'use imageFiles with the files of an <input type="file" webkitdirectory>'),
  );
}

/** @throws StriateError always: it is Node's. */
export function annotatedFolder(): Promise<never> {
  return Promise.reject(refused('annotatedFolder', 'use scenes, or annotatedPictures'));
}

/** @throws StriateError always: it is Node's. */
export function cacheFolder(): never {
  throw refused('cacheFolder', 'downloads are kept by the browser itself');
}

/** An ImageDataGenerator whose `flowFromDirectory` says that it is Node's. */
export class FolderImageDataGenerator extends ImageDataGenerator {
  /** @throws StriateError always: it is Node's. */
  flowFromDirectory(): Promise<never> {
    return Promise.reject(refused('flowFromDirectory', 'use flow with the data set that imageFiles gives'));
  }
}

/** An ImageDataGenerator, of the same class as in Node. */
export function imageDataGenerator(options: ImageDataGeneratorOptions = {}): FolderImageDataGenerator {
  return new FolderImageDataGenerator(options);
}

/** Every function of it throws: pages about runs are drawn and written in Node. */
export const report = /* @__PURE__ */ new Proxy({} as typeof reports, {
  get(_, name) {
    return () => {
      throw refused(`report.${String(name)}`, 'call it in Node; in a page, draw what fit and evaluate give');
    };
  },
});
