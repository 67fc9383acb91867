import type { LearnNews } from './learning.js';
import { smallLayers, type LearnKind } from './learnKinds.js';

/** How a program makes the network of a kind, trains it and uses it. */
const parts = {
  boxes: {
    maker: 'createDetector',
    own: "{ backbone, head: 'fcos', classes: train.classNames }",
    use: "for (const { name, score, box } of await learner.detect('photo.jpg')) console.log(name, score, box);",
  },
  masks: {
    maker: 'createSegmenter',
    own: "{ backbone, head: 'unet', classes: train.classNames }",
    use: "console.log((await learner.segment('photo.jpg')).areas);",
  },
  points: {
    maker: 'createKeypointDetector',
    own: '{ backbone, points: train.pointNames }',
    use: "for (const { name, x, y } of await learner.detect('photo.jpg')) console.log(name, x, y);",
  },
} as const satisfies Readonly<Record<LearnKind, { maker: string; own: string; use: string }>>;

/** A small network that starts afresh, as `smallLayers` has it. */
const smallNetwork = (inputShape: readonly number[]): readonly string[] => [
  `const inputs = input({ shape: [${inputShape.join(', ')}] });`,
  'let y = inputs;',
  `for (const [filters, strides] of ${JSON.stringify(smallLayers)} as const) {`,
  "  y = layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', useBias: false }).apply(y);",
  '  y = layers.relu().apply(layers.groupNormalization({ groups: filters / 8 }).apply(y));',
  '}',
  'const backbone = model({ inputs, outputs: y });',
];

/** The same training as a short program, on what «COCO JSON» saved beside the pictures. */
export function learntProgram({ kind, backbone, passes, inputShape }: LearnNews): string {
  const { maker, own, use } = parts[kind];
  const isFresh = backbone === 'fresh';
  const isUnet = isFresh && kind === 'masks';
  const [height, width] = inputShape;
  const file = backbone.replace(/^.*[/:]/, '');
  const built = isUnet ? [] : isFresh ? ['input', 'layers', 'model'] : ['openModel'];
  const names = ['annotatedFolder', 'augmentation', maker, ...built].sort();
  const made = isUnet
    ? []
    : isFresh
      ? smallNetwork(inputShape)
      : [`const { model: backbone } = await openModel('${file}');`];
  const unet = `'unet', { classes: train.classNames, inputShape: [${inputShape.join(', ')}], filters: 8 }`;
  const flip = isFresh ? '' : 'horizontalFlip: true, ';
  return [
    `import { ${names.join(', ')} } from 'striate';`,
    '',
    `const { train } = await annotatedFolder('pictures', { size: [${height}, ${width}], validationSplit: 0 });`,
    ...made,
    `const learner = ${maker}(${isUnet ? unet : own});`,
    ...(isFresh ? [] : ['learner.backbone?.freeze();']),
    `const varied = train.augmented(augmentation({ ${flip}scaleJitter: { scale: [0.6, 1.5] } }));`,
    `await learner.fit(varied, { epochs: ${passes}, batchSize: 8 });`,
    `await learner.save('${kind}.safetensors');`,
    use,
    '',
  ].join('\n');
}
