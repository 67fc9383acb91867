import { plannedLayers, readBlocks } from './blocks.js';
import { augmentationOptions, isTrained, optimizerOptions, solvesAlone, seed, type TrainSettings } from './recipe.js';

/** How data are opened in a program, by their names; photos are a folder. */
const opened: Readonly<Record<string, (settings: TrainSettings) => string>> = {
  xo: ({ pictures, held }) => `xo({ seed: ${seed}, train: ${pictures}, test: ${held} })`,
  digits: ({ pictures, held }) => `digits({ seed: ${seed}, train: ${pictures}, test: ${held} })`,
  mnist: () => "await loadMnist('data/mnist')",
  cifar10: () => "await loadCifar10('data/cifar10')",
};

/** What the program calls the functions that open data. */
const functions: Readonly<Record<string, string>> = {
  xo: 'xo',
  digits: 'digits',
  mnist: 'loadMnist',
  cifar10: 'loadCifar10',
  photos: 'imageFolder',
};

/** The training as a program of about ten lines, which writes the model to a file and names what is in a picture. */
export function trainingProgram(settings: TrainSettings, inputShape: readonly number[], classes: number): string {
  const { data, batch, epochs, pictures, held, side, optimizer, rate, course, augment } = settings;
  const kind = data.split(':')[0];
  const isFile = isTrained(settings);
  const alone = solvesAlone(settings);
  const { smooth = 0, finish = false } = settings;
  const imports = new Set(['classify', functions[kind], ...(isFile ? ['openModel', 'prepareTransfer'] : [])]);
  const lines: string[] = [];
  const size = isFile ? 'opened.model.inputs[0].shape' : `[${side}, ${side}, 3]`;
  if (isFile) lines.push("const opened = await openModel('model.onnx');");
  const data_ =
    kind === 'photos'
      ? `await imageFolder('photos', { inputShape: ${size}, validationSplit: 0.2, seed: ${seed} })`
      : opened[kind](settings);
  const isTaken = kind === 'mnist' || kind === 'cifar10';
  const name = isFile ? 'data' : '{ train, test }';
  lines.push(`const ${name} = ${data_};`);
  if (isFile) {
    lines.push(`const { model, data: { train, test } } = await prepareTransfer(opened, data, { seed: ${seed} });`);
    if (!alone)
      lines.push("model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });");
  } else {
    lines.push(...modelLines(settings, inputShape, classes, imports));
    const count = isTaken ? pictures : 'train.size';
    const steps =
      isTaken || kind !== 'photos'
        ? Math.ceil(pictures / batch) * epochs
        : `Math.ceil(${count} / ${batch}) * ${epochs}`;
    const learningRate =
      course === 'cycle' ? `schedules.oneCycle({ maxLearningRate: ${rate}, totalSteps: ${steps} })` : String(rate);
    if (course === 'cycle') imports.add('schedules');
    imports.add('optimizers');
    const others = Object.entries(optimizerOptions[optimizer]).map(([key, value]) => `, ${key}: ${value}`);
    lines.push(`const optimizer = optimizers.${optimizer}({ learningRate: ${learningRate}${others.join('')} });`);
    const name = 'sparseCategoricalCrossentropy';
    if (smooth > 0) imports.add('losses');
    const loss = smooth > 0 ? `losses.${name}({ labelSmoothing: ${smooth} })` : `'${name}'`;
    lines.push(`model.compile({ optimizer, loss: ${loss}, metrics: ['accuracy'] });`);
  }
  const learned = isTaken ? `train.take(${pictures})` : 'train';
  const validation = isTaken ? `test.take(${held})` : 'test';
  const changes = alone ? [] : Object.entries(augmentationOptions[augment]);
  const options = `{ ${changes.map(([key, value]) => `${key}: ${String(value)}`).join(', ')} }`;
  if (changes.length > 0) imports.add('augment');
  const set = changes.length > 0 ? `augment(${learned}, ${options})` : learned;
  const given = `batchSize: ${batch}, seed: ${seed}, validationData: ${validation}`;
  const solve = `fitHead(model, ${learned}, { classWeight: 'none', seed: ${seed}, validationData: ${validation} })`;
  if (alone || finish) imports.add('fitHead');
  lines.push(
    alone
      ? `console.log((await ${solve}).validation);`
      : isFile
        ? `await model.fineTune(${set}, ${epochs}, { learningRate: ${rate}, ${given} });`
        : `await model.fit(${set}, { epochs: ${epochs}, ${given} });`,
  );
  if (finish && !isFile) lines.push(`console.log((await ${solve}).validation);`);
  lines.push("await model.save('model.safetensors');");
  lines.push("console.log(await classify(model, 'picture.png'));");
  return [`import { ${[...imports].sort().join(', ')} } from 'striate';`, '', ...lines, ''].join('\n');
}

function modelLines(
  { model, blocks }: TrainSettings,
  inputShape: readonly number[],
  classes: number,
  imports: Set<string>,
): readonly string[] {
  if (model !== 'blocks') {
    imports.add('zoo');
    return [
      `const model = zoo.create('${model}', { inputShape: [${inputShape.join(', ')}], classes: ${classes}, seed: ${seed} });`,
    ];
  }
  imports.add('layers');
  imports.add('sequential');
  const planned = plannedLayers(readBlocks(blocks) ?? [], inputShape, classes);
  const calls = planned.map(({ factory, options }) => {
    const written = Object.entries(options).map(([key, value]) => `${key}: ${literal(value)}`);
    return `layers.${factory}(${written.length > 0 ? `{ ${written.join(', ')} }` : ''})`;
  });
  return [`const model = sequential({ seed: ${seed}, layers: [`, ...calls.map((call) => `  ${call},`), '] });'];
}

function literal(value: number | string | boolean | readonly number[]): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}
