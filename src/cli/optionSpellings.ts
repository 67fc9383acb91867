import type { Command } from 'commander';
import { rowOf, spelledHere } from '../tensor/spellings.js';

/**
 * What other programs call options that are called otherwise here, in lower case and without hyphens, and the names here,
 * which are tried in their order.
 */
const spellings: Readonly<Record<string, string>> = {
  'batchsize bs minibatch': '--batch',
  'learningrate baselr initiallr': '--lr',
  'numepochs nepochs epoch': '--epochs',
  'outdir outputdir output savedir logdir project': '--out --output',
  'out outfile': '--output --out',
  'dataset datadir datapath dataroot traindir folder root': '--data',
  'arch architecture net network': '--model',
  'pretrained checkpoint ckpt initialcheckpoint': '--weights',
  'imgsize imagesize imgsz inputsize inputshape size': '--input',
  'numclasses classnames names': '--classes',
  optim: '--optimizer',
  'numworkers workers nthreads cores jobs': '--threads',
  patience: '--early-stopping',
  'scheduler lrscheduler': '--reduce-lr',
  'randomseed manualseed': '--seed',
  'topk k': '--top',
  'resumefrom continue': '--resume',
  'transform transforms augmentation': '--augment',
  metric: '--metrics',
  'statedict key': '--weights-key',
  backend: '--engine',
};

/** What to say of options that have no counterpart, written as in `spellings`. */
const withoutCounterpart: Readonly<Record<string, string>> = {
  'device gpu gpus cuda cpu accelerator': 'leave it out: everything is computed on the processor',
  'valsplit validationsplit testsplit split': 'leave it out, or put the pictures into folders train, val and test',
  'amp half fp16 precision dtype': 'leave it out: numbers are float32',
  'verbose quiet': 'leave it out: progress goes to standard error',
};

/** A message of a wrong call, with the option that is meant where another program's name for it was given. */
export function withOptionMeant(command: Pick<Command, 'options'>, message: string): string {
  const unknown = /^unknown option '--?([^']+)'$/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const [name] = unknown.split('=');
  const known = command.options.flatMap(({ long }) => long ?? []);
  const meant = spelledHere(name, known, spellings).at(0);
  if (meant !== undefined) return `${message} (did you mean ${meant}?)`;
  const none = rowOf(withoutCounterpart, name);
  return none === undefined ? message : `${message}; ${none}`;
}
