import type { Command } from 'commander';

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

function rowOf(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(table).find(([names]) => names.split(' ').includes(name))?.[1];
}

/** A message of a wrong call, with the option that is meant where another program's name for it was given. */
export function withOptionMeant(command: Pick<Command, 'options'>, message: string): string {
  const unknown = /^unknown option '--?([^']+)'$/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const plain = unknown.split('=')[0].toLowerCase().replace(/[-_]/g, '');
  const known = command.options.map(({ long }) => long);
  const meant =
    known.find((long) => long?.replaceAll('-', '') === plain) ??
    rowOf(spellings, plain)
      ?.split(' ')
      .find((long) => known.includes(long));
  if (meant !== undefined) return `${message} (did you mean ${meant}?)`;
  const none = rowOf(withoutCounterpart, plain);
  return none === undefined ? message : `${message}; ${none}`;
}
