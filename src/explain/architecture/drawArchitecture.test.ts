import { describe, expect, it } from 'vitest';
import { input, layers, type SymbolicTensor } from '../../layers/index.js';
import { model, sequential, type Model } from '../../models/index.js';
import { zoo } from '../../zoo/index.js';
import { drawArchitecture } from './drawArchitecture.js';
import { outlineOf, type Outline } from './fold.js';
import { blocksOf, type Frame, type Part } from './outline.js';

/** Checks that tags nest, attributes are given once each and text is escaped; gives the names of the elements. */
function elementsOf(xml: string): string[] {
  const found: string[] = [];
  const wrong: string[] = [];
  const open: string[] = [];
  let at = 0;
  for (const match of xml.matchAll(/<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/gi)) {
    const [tag, closing, name, attributes, empty] = match;
    const text = xml.slice(at, match.index);
    at = match.index + tag.length;
    const keys = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, key]) => key);
    if (new Set(keys).size < keys.length || /NaN|undefined|Infinity/.test(attributes)) wrong.push(tag);
    if (/<|&(?!(amp|lt|gt|quot|#39);)/.test(text + attributes)) wrong.push(text + tag);
    if (closing && open.pop() !== name) wrong.push(`${tag} closes another`);
    if (!closing) found.push(name);
    if (!closing && !empty) open.push(name);
  }
  expect(wrong).toEqual([]);
  expect(open).toEqual([]);
  expect(xml.slice(at).trim()).toBe('');
  return found;
}

const allParts = ({ parts, sides }: Outline): Part[] => [...parts, ...sides.flatMap((side) => side.parts)];

function framesOf(parts: readonly Part[]): Frame[] {
  return parts.flatMap((part) => {
    if (part.type === 'unit') return part.branches.flatMap(framesOf);
    return part.type === 'frame' ? [part, ...framesOf(part.repeats[0])] : [];
  });
}

/** How often each folded part comes, by title. */
function folds(made: Model): [title: string, times: number][] {
  const frames = framesOf(outlineOf(made.topology).parts).filter(({ repeats }) => repeats.length > 1);
  return frames.map(({ title, repeats }) => [title, repeats.length]);
}

const several =
  'resnet152 densenet201 inception_v3 inception_resnet_v2 efficientnet_b7 googlenet googlenet_2014 xception';
const names = `${several} mnist_cnn mnist_dense cifar_resnet20 squeezenet1_1 mobilenet_v1 mobilenet_v3_small vgg16 seresnet50`;

describe.each(names.split(' '))('the picture of %s', (name) => {
  const made = zoo.create(name);

  it('has every layer once, and all parameters', () => {
    const parts = allParts(outlineOf(made.topology));
    const drawn = blocksOf(parts).flatMap((block) => block.layers);
    expect(drawn.map((layer) => layer.name).sort()).toEqual(made.layers.map((layer) => layer.name).sort());
    const total = blocksOf(parts).reduce((sum, { parameters }) => sum + parameters, 0);
    expect(total).toBe(made.parameterCounts().parameters);
  });

  it('needs no mesh, is well-formed, and the same every time', () => {
    const meshes = JSON.stringify(allParts(outlineOf(made.topology)).map(typesOf)).match(/mesh/g);
    expect(meshes).toBeNull();
    const svg = drawArchitecture(made);
    const elements = elementsOf(svg);
    expect(elements.filter((element) => element === 'svg')).toHaveLength(1);
    expect(svg).toBe(drawArchitecture(zoo.create(name)));
    expect(svg).not.toMatch(/href|url\(|@import|<script/);
    expect(svg).toContain(`>Architecture of ${name}</title>`);
    expect(svg).toContain('prefers-color-scheme:dark');
  });
});

function typesOf(part: Part): unknown {
  if (part.type === 'unit') return part.branches.map((branch) => branch.map(typesOf));
  return part.type === 'frame' ? part.repeats.map((repeat) => repeat.map(typesOf)) : part.type;
}

describe('folding', () => {
  it('folds what is equal in blocks, shapes and parameters: the first block of a stage stands by itself', () => {
    expect(folds(zoo.create('resnet152'))).toEqual([
      ['layer1.1 … layer1.2', 2],
      ['layer2.1 … layer2.7', 7],
      ['layer3.1 … layer3.35', 35],
      ['layer4.1 … layer4.2', 2],
    ]);
    // Without a projection the first one is like the others.
    expect(folds(zoo.create('resnet18'))).toEqual([['layer1.0 … layer1.1', 2]]);
    expect(folds(zoo.create('cifar_resnet56')).map(([, times]) => times)).toEqual([9, 8, 8]);
  });

  it('folds the layers of DenseNets, whose inputs grow', () => {
    const dense = 'features.denseblock';
    expect(folds(zoo.create('densenet121'))).toEqual([
      [`${dense}1.denselayer1 … ${dense}1.denselayer6`, 6],
      [`${dense}2.denselayer1 … ${dense}2.denselayer12`, 12],
      [`${dense}3.denselayer1 … ${dense}3.denselayer24`, 24],
      [`${dense}4.denselayer1 … ${dense}4.denselayer16`, 16],
    ]);
    const svg = drawArchitecture(zoo.create('densenet121'));
    expect(svg).toContain('BN · ReLU · conv 1×1, 128');
    expect(svg).toMatch(/>8\.32–29\.1 K</);
  });

  it('folds groups of blocks that no name and no branch holds together', () => {
    expect(folds(zoo.create('mobilenet_v1'))).toEqual([['blocks.3.1 … blocks.3.5', 5]]);
    const block = (): ReturnType<typeof layers.dense>[] => [
      layers.dense({ units: 8, activation: 'relu' }),
      layers.dense({ units: 4, activation: 'tanh' }),
    ];
    const tower = sequential([layers.dense({ units: 4, inputShape: [6] }), ...block(), ...block(), ...block()]);
    // 4→8→4 three times; names without dots share nothing that could be a title.
    expect(folds(tower)).toEqual([['', 3]]);
  });

  it('leaves everything in its place when told not to fold', () => {
    const resnet = zoo.create('resnet50');
    const open = outlineOf(resnet.topology, false);
    expect(framesOf(open.parts)).toEqual([]);
    expect(drawArchitecture(resnet, { fold: false }).length).toBeGreaterThan(drawArchitecture(resnet).length);
  });

  it('counts what a fold holds', () => {
    const svg = drawArchitecture(zoo.create('resnet152'));
    // 35 bottlenecks of 1024·256 + 256·256·9 + 256·1024 weights and 2·(256 + 256 + 1024) of normalisation.
    expect(35 * (1024 * 256 + 256 * 256 * 9 + 256 * 1024 + 2 * 1536)).toBe(39_101_440);
    expect(svg).toContain('layer3.1 … layer3.35, 35 times: 39,101,440 parameters');
    expect(svg).toContain('>×35<');
    expect(svg).toContain('39.1 M in all');
  });
});

describe('any graph', () => {
  const conv = (x: SymbolicTensor, filters = 8): SymbolicTensor =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(x);

  it('draws branches that cannot be taken apart as a mesh', () => {
    const x = input({ shape: [16, 16, 3] });
    const [a, b, c] = [conv(x), conv(x), conv(x)];
    const sums = [layers.add().apply(a, b), layers.add().apply(b, c), layers.add().apply(a, c)];
    const y = layers.globalAveragePooling2d().apply(layers.concatenate().apply(...sums));
    const entangled = model({ inputs: x, outputs: y });
    expect(outlineOf(entangled.topology).parts.map(({ type }) => type)).toEqual([
      'block',
      'mesh',
      'block',
      'block',
      'block',
    ]);
    elementsOf(drawArchitecture(entangled));
  });

  it('draws several inputs and outputs, shared layers, and names that need escaping', () => {
    const [x, z] = [input({ shape: [8], name: 'a<b&c' }), input({ shape: [8] })];
    const shared = layers.dense({ units: 4, name: 'twin"s' });
    const both = layers.concatenate().apply(shared.apply(x), shared.apply(z));
    const outputs = [layers.dense({ units: 2 }).apply(both), layers.dense({ units: 1 }).apply(both)];
    const twins = model({ inputs: [x, z], outputs, name: 'twins <1>' });
    const svg = drawArchitecture(twins);
    elementsOf(svg);
    expect(svg).toContain('a&lt;b&amp;c');
    expect(svg).toContain('>shared<');
    const total = blocksOf(outlineOf(twins.topology).parts).reduce((sum, block) => sum + block.parameters, 0);
    expect(total).toBe(twins.parameterCounts().parameters);
  });

  it('puts an auxiliary classifier beside the main path', () => {
    const { parts, sides } = outlineOf(zoo.create('googlenet').topology);
    expect(sides.map(({ from }) => from.layers[0].name)).toEqual(['inception4a', 'inception4d']);
    expect(drawArchitecture(zoo.create('googlenet'))).toContain('loss × 0.3 in training');
    expect(blocksOf(parts).some(({ layers: own }) => own.some(({ name }) => name.startsWith('aux')))).toBe(false);
  });

  it('keeps a network as deep as it likes', () => {
    const x = input({ shape: [4, 4, 2] });
    let y: SymbolicTensor = x;
    for (let i = 0; i < 800; i++) y = layers.add().apply(y, layers.relu().apply(y));
    const deep = model({ inputs: x, outputs: y });
    expect(folds(deep)).toEqual([['', 800]]);
    elementsOf(drawArchitecture(deep));
  });

  it('takes a title and columns, and refuses others', () => {
    const digits = zoo.create('mnist_cnn');
    const size = (svg: string): number[] => /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.slice(1).map(Number);
    const [one, three] = [1, 3].map((columns) => size(drawArchitecture(digits, { columns })));
    expect(three[0]).toBeGreaterThan(one[0]);
    expect(three[1]).toBeLessThan(one[1]);
    expect(drawArchitecture(digits, { title: 'mine' })).toContain('>mine</text>');
    expect(() => drawArchitecture(digits, { columns: 0 })).toThrow(/columns must be a whole number from 1; received 0/);
    expect(() => drawArchitecture(sequential([layers.flatten()]))).toThrow(/does not know its input's shape/);
  });
});

it('draws densenet201 without making its weights', () => {
  const made = zoo.create('densenet201');
  for (const { variable } of made.topology.weights) {
    Object.assign(variable, { initialize: () => expect.fail(`${variable.name} was made`) });
  }
  expect(drawArchitecture(made)).toContain('<svg');
});
