import { compiledFromConfig, missingParts, type CompileConfig, type OwnParts } from '../../../fit/compileConfig.js';
import type { Model } from '../../../models/index.js';
import { completePreprocessing } from '../../../pictures/index.js';
import { StriateError } from '../../../tensor/index.js';
import { isJson, type Json } from '../json.js';

/** Tells a model how its pictures are prepared, where its file says so. */
export function describePictures(model: Model, stated: unknown, file: string): Model {
  if (isJson(stated)) model.preprocessing = completePreprocessing(stated, model.inputs[0].shape, file);
  return model;
}

/**
 * Gives a model what its file holds besides what Keras writes: how its pictures are prepared, the names of its classes, what
 * `compile` was given in Striate's own words, and the user's texts.
 *
 * @throws StriateError when one of them is damaged.
 */
export function useOwnContent(model: Model, content: Json, file: string, given: OwnParts): Model {
  const { preprocessing, classNames, compile, user } = content;
  describePictures(model, preprocessing, file);
  const damaged = (what: string, cause?: unknown): StriateError =>
    new StriateError({ where: file, rule: `${what} is damaged`, advice: 'use another copy of the file' }, { cause });
  if (classNames !== undefined) {
    if (!areTexts(classNames)) throw damaged('the list of class names');
    model.classNames = classNames;
  }
  if (user !== undefined) {
    if (!isJson(user) || !areTexts(Object.values(user))) throw damaged('the metadata');
    model.metadata = { ...(user as Record<string, string>), ...model.metadata };
  }
  if (compile !== undefined) {
    try {
      const config = compile as CompileConfig;
      const missing = missingParts(config, given);
      if (missing !== undefined) model.leaveUncompiled(missing);
      else model.useCompiled(compiledFromConfig(config, given));
    } catch (error) {
      if (error instanceof StriateError) throw error.within(file);
      throw damaged('what compile was given', error);
    }
  }
  return model;
}

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
