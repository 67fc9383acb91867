import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { input, layers, regularizers } from '../layers/index.js';
import { Random, StriateError, Tensor, tensor } from '../tensor/index.js';
import { decodeSafetensors, encodeSafetensors } from '../tensor/safetensors.js';
import { model as functional } from '../models/functional.js';
import { modelFromBytes } from '../models/load.js';
import { sequential } from '../models/sequential.js';
import { EmbeddingIndex } from './embeddingIndex.js';
import { modelFingerprint, type ModelFingerprint } from './modelFingerprint.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-index-'));
});
afterAll(() => rm(folder, { recursive: true }));

function randomIndex(size: number, dimensions: number, seed = 1): EmbeddingIndex {
  const random = new Random(seed);
  const index = new EmbeddingIndex({ dimensions });
  for (let i = 0; i < size; i++) {
    index.add(
      `picture ${i}`,
      Array.from({ length: dimensions }, () => random.uniform() - 0.5),
    );
  }
  return index;
}

/** Cosines by the definition, in float64, of all entries: the most similar first. */
function byDefinition(index: EmbeddingIndex, query: readonly number[]): { name: string; similarity: number }[] {
  const length = (values: Iterable<number>): number => Math.hypot(...values);
  return index.entries
    .map(({ name }, i) => {
      const vector = index.vector(i);
      const product = query.reduce((sum, value, k) => sum + value * vector[k], 0);
      return { name, similarity: product / (length(query) * length(vector)) };
    })
    .sort((a, b) => b.similarity - a.similarity);
}

describe('EmbeddingIndex', () => {
  it('finds the vectors of the smallest angle, whatever their lengths', async () => {
    const index = new EmbeddingIndex({ dimensions: 2 });
    index.add({ name: 'east', label: 'axis' }, [100, 0]);
    index.add({ name: 'north', label: 'axis' }, [0, 0.001]);
    index.add('north-east', [3, 3]);
    index.add({ name: 'west', label: 'axis' }, [-2, 0]);
    const found = await index.query([5, 1], 4);
    expect(found.map(({ name }) => name)).toEqual(['east', 'north-east', 'north', 'west']);
    expect(found[0]).toMatchObject({ label: 'axis', index: 0 });
    expect(found[1].label).toBeUndefined();
    [5 / Math.sqrt(26), 6 / Math.sqrt(52), 1 / Math.sqrt(26), -5 / Math.sqrt(26)].forEach((cosine, i) =>
      expect(found[i].similarity).toBeCloseTo(cosine, 6),
    );
  });

  it.each([1, 3, 4, 5, 63, 129, 1000])('is exact among %i vectors, for few neighbours and for many', async (size) => {
    const index = randomIndex(size, 7);
    const random = new Random(99);
    const query = Array.from({ length: 7 }, () => random.uniform() - 0.5);
    const expected = byDefinition(index, query);
    for (const k of [1, 5, size, size + 10]) {
      const found = await index.query(query, k);
      expect(found.map(({ name }) => name)).toEqual(expected.slice(0, k).map(({ name }) => name));
      // Products of float32 numbers.
      found.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i].similarity, 6));
    }
  });

  it('finds a vector that it has with similarity 1, never more, and none of its own accord above 1 or below -1', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.double({ min: -1e30, max: 1e30, noNaN: true }), { minLength: 3, maxLength: 3 }), {
          minLength: 1,
          maxLength: 20,
        }),
        async (vectors) => {
          const index = new EmbeddingIndex({ dimensions: 3 });
          vectors.forEach((vector, i) => index.add(String(i), vector));
          for (const vector of vectors) {
            const found = await index.query(vector, vectors.length);
            expect(found).toHaveLength(vectors.length);
            const zero = vector.every((value) => value === 0);
            expect(found[0].similarity).toBeCloseTo(zero ? 0 : 1, 5);
            for (const { similarity } of found) expect(Math.abs(similarity)).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  it('gives equally similar entries in the order in which they were added', async () => {
    const index = new EmbeddingIndex({ dimensions: 2 });
    const names = Array.from({ length: 300 }, (_, i) => String(i));
    names.forEach((name, i) => index.add(name, i % 3 === 0 ? [1, 0] : [0, 1]));
    const expected = [...names.filter((_, i) => i % 3 === 0), ...names.filter((_, i) => i % 3 !== 0)];
    for (const k of [5, 128, 129, 300]) {
      expect((await index.query([1, 0], k)).map(({ name }) => name)).toEqual(expected.slice(0, k));
    }
  });

  it('answers several queries like one after the other, and takes a model’s embeddings as they come', async () => {
    const index = new EmbeddingIndex({ dimensions: 3 });
    const vectors = tensor([
      [1, 0, 0],
      [0, 2, 0],
      [1, 1, 0],
    ]);
    index.addAll(vectors, { names: ['a', 'b', 'c'], labels: ['x', undefined, 'x'] });
    expect(index.size).toBe(3);
    expect(index.entries.map(({ label }) => label)).toEqual(['x', undefined, 'x']);
    const all = await index.queryAll(vectors, 2);
    expect(all.map((found) => found.map(({ name }) => name))).toEqual([
      ['a', 'c'],
      ['b', 'c'],
      ['c', 'a'],
    ]);
    expect(all[2]).toEqual(await index.query([1, 1, 0], 2));
  });

  it('says what is wrong with what it is given', async () => {
    const index = randomIndex(3, 4);
    expect(() => index.add('short', [1, 2])).toThrow(/add 'short'.*4 numbers.*received 2/);
    expect(() => index.add('bad', [1, 2, NaN, 4])).toThrow(/add 'bad'.*finite/);
    expect(index.size).toBe(3);
    await expect(index.query([1, 2, 3])).rejects.toThrow(/4 numbers; received 3/);
    await expect(index.query([1, 2, Infinity, 3])).rejects.toThrow(/query.*finite/);
    await expect(index.query([1, 2, 3, 4], 0)).rejects.toThrow(/k must be.*received 0/);
    expect(() => index.addAll(tensor([[1, 2, 3, 4]]), { names: [] })).toThrow(/\[1, 4\] and 0 names/);
    expect(() => index.vector(3)).toThrow(/entries 0 to 2; received 3/);
    expect(() => new EmbeddingIndex({ dimensions: 0 })).toThrow(/dimensions.*received 0/);
  });
});

describe('an index in a file', () => {
  const model: ModelFingerprint = { name: 'm', inputShape: [8, 8, 3], outputShape: [4], hash: 'ab'.repeat(32) };

  it('is the same after saving and loading', async () => {
    const preprocessing = { size: [8, 8], mean: [0.5, 0.4, 0.3], std: [1, 1, 1], channels: 'BGR' } as const;
    const index = new EmbeddingIndex({ dimensions: 4, model, preprocessing });
    index.metadata = { source: 'somewhere' };
    index.add({ name: 'cats/ü "1"\n.jpg', label: 'cats', version: '12 34' }, [1, 2, 3, 4]);
    index.add('plain', [0, 0, 0, 0]);
    const path = join(folder, 'two.safetensors');
    await index.save(path);
    const again = await EmbeddingIndex.load(path);
    expect(again).toMatchObject({ dimensions: 4, model, preprocessing, metadata: { source: 'somewhere' } });
    expect(again.entries).toEqual(index.entries);
    expect([...again.vectors]).toEqual([...index.vectors]);
    again.add('third', [4, 3, 2, 1]);
    expect((await again.query([4, 3, 2, 1], 1))[0].name).toBe('third');
    const bytes = again.toBytes();
    expect((await EmbeddingIndex.load(bytes)).toBytes()).toEqual(bytes);
  });

  it('is not taken from other or damaged files', async () => {
    const index = randomIndex(3, 4);
    const { tensors, metadata } = decodeSafetensors(index.toBytes());
    const load = (parts: ReadonlyMap<string, Tensor>, more: Record<string, string>): Promise<EmbeddingIndex> =>
      EmbeddingIndex.load(encodeSafetensors(parts, { ...metadata, ...more }), 'x.safetensors');
    const without = new Map([...tensors].filter(([name]) => name !== 'entries'));
    const shorter = new Map([...tensors, ['vectors', new Tensor('float32', [2, 4], new Float32Array(8))] as const]);
    const text = new TextEncoder().encode('{"names":[1,2,3],"labels":[],"versions":[]}');
    const misnamed = new Map([...tensors, ['entries', new Tensor('uint8', [text.length], text)] as const]);
    const nan = new Map([
      ...tensors,
      ['vectors', new Tensor('float32', [3, 4], new Float32Array(12).fill(NaN))] as const,
    ]);
    for (const parts of [without, shorter, misnamed, nan]) {
      await expect(load(parts, {})).rejects.toThrow(/^x\.safetensors: the index is damaged/);
    }
    for (const embeddingIndex of [
      '{',
      'null',
      '{"dimensions":0}',
      '{"dimensions":4,"model":{}}',
      '{"dimensions":4,"preprocessing":{"size":3}}',
    ]) {
      await expect(load(tensors, { embeddingIndex })).rejects.toThrow(/^x\.safetensors: the index is damaged/);
    }
    await expect(load(tensors, { embeddingIndex: '{"version":2}' })).rejects.toThrow(/later version/);
    await expect(EmbeddingIndex.load(encodeSafetensors(tensors, {}), 'y')).rejects.toThrow(/^y: is no index/);
    await expect(EmbeddingIndex.load(join(folder, 'missing.safetensors'))).rejects.toThrow(StriateError);
    const bytes = index.toBytes();
    for (let cut = 0; cut < bytes.length; cut += 7) {
      await expect(EmbeddingIndex.load(bytes.slice(0, cut))).rejects.toThrow(StriateError);
    }
  });
});

describe('a model’s fingerprint', () => {
  const network = (seed: number, units = 3, side = 8) =>
    sequential({
      seed,
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [side, side, 3] }),
        layers.globalAveragePooling2d(),
        layers.dense({ units }),
      ],
    });

  it('is that of what computes the embedding, whatever follows, and changes with a weight', async () => {
    const first = network(1);
    const fingerprint = await modelFingerprint(first.embedding);
    expect(fingerprint).toMatchObject({ inputShape: [8, 8, 3], outputShape: [4] });
    expect(fingerprint.hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await modelFingerprint(network(1, 7).embedding)).hash).toBe(fingerprint.hash);
    expect((await modelFingerprint(network(2).embedding)).hash).not.toBe(fingerprint.hash);
    expect((await modelFingerprint(network(1, 3, 9).embedding)).hash).not.toBe(fingerprint.hash);
    expect((await modelFingerprint(first)).hash).not.toBe(fingerprint.hash);
    const weights = await first.getWeights();
    const [name, kernel] = [...weights][0];
    const changed = kernel.data.slice();
    changed[5] += 1e-6;
    await first.setWeights(new Map([...weights, [name, new Tensor('float32', kernel.shape, changed)]]));
    expect((await modelFingerprint(first.embedding)).hash).not.toBe(fingerprint.hash);
    await first.dispose();
  });

  it('changes with settings that no weight and no shape of a vector tells', async () => {
    type Activation = 'relu' | 'relu6' | 'tanh';
    interface Settings {
      readonly activation?: Activation;
      readonly pooling?: 'averagePooling2d' | 'maxPooling2d';
      readonly strides?: number;
      readonly epsilon?: number;
      readonly slope?: number;
      readonly crossed?: boolean;
    }
    const computing = ({
      activation = 'relu',
      pooling = 'maxPooling2d',
      strides = 1,
      epsilon = 1e-3,
      slope = 0.1,
      crossed = false,
    }: Settings = {}) => {
      const x = input({ shape: [8, 8, 3] });
      const begin = layers.conv2d({ filters: 4, kernelSize: 3, strides, activation, padding: 'same' }).apply(x);
      const normal = layers
        .batchNormalization({ epsilon })
        .apply(layers.leakyRelu({ negativeSlope: slope }).apply(begin));
      const branches = crossed ? [normal, begin] : [begin, normal];
      const pooled = layers[pooling]({ poolSize: 2 }).apply(layers.subtract().apply(...branches));
      const vector = layers.globalAveragePooling2d().apply(pooled);
      return functional({ inputs: x, outputs: layers.dense({ units: 2 }).apply(vector), seed: 4 });
    };
    const hashOf = async (settings?: Settings): Promise<string> => {
      const made = computing(settings);
      const { hash } = await modelFingerprint(made.embedding);
      await made.dispose();
      return hash;
    };
    const hash = await hashOf();
    expect(await hashOf()).toBe(hash);
    const others: Settings[] = [
      ...([{ activation: 'relu6' }, { activation: 'tanh' }, { pooling: 'averagePooling2d' }, { strides: 2 }] as const),
      { epsilon: 1e-5 },
      { slope: 0.2 },
      { crossed: true },
    ];
    const all = await Promise.all(others.map(hashOf));
    expect(new Set([hash, ...all]).size).toBe(others.length + 1);
  });

  it('does not change with names, or with what matters in training alone', async () => {
    const named = (name: string, rate: number, l2: number) =>
      sequential({
        seed: 1,
        layers: [
          layers.conv2d({
            filters: 4,
            kernelSize: 3,
            inputShape: [8, 8, 3],
            name,
            kernelRegularizer: regularizers.l2({ l2 }),
          }),
          layers.dropout({ rate }),
          layers.batchNormalization({ momentum: 1 - rate }),
          layers.globalAveragePooling2d(),
          layers.dense({ units: 3 }),
        ],
      });
    const first = named('one', 0.1, 0.01);
    const { hash } = await modelFingerprint(first.embedding);
    const second = named('two', 0.4, 0.1);
    const weights = [...(await first.getWeights())].map(
      ([name, value]) => [name.replace(/^one/, 'two'), value] as const,
    );
    await second.setWeights(new Map(weights));
    second.freeze();
    expect((await modelFingerprint(second.embedding)).hash).toBe(hash);
    const again = await modelFromBytes(await first.toBytes());
    expect((await modelFingerprint(again.embedding)).hash).toBe(hash);
    for (const one of [first, second, again]) await one.dispose();
  });

  it('tells an index that a model is not the one it was made with, and in what', async () => {
    const model = await modelFingerprint(network(1).embedding);
    const index = new EmbeddingIndex({ dimensions: 4, model });
    expect(() => index.expectModel(model)).not.toThrow();
    expect(() => index.expectModel({ ...model, name: 'elsewhere' })).not.toThrow();
    const other = await modelFingerprint(network(2).embedding);
    expect(() => index.expectModel(other, 'i.safetensors')).toThrow(/^i\.safetensors: .*not the same model.*weights/);
    const larger = await modelFingerprint(network(1, 3, 9).embedding);
    expect(() => index.expectModel(larger)).toThrow(/pictures of \[9, 9, 3\], not \[8, 8, 3\]/);
    const longer = { ...other, outputShape: [5] };
    expect(() => index.expectModel(longer)).toThrow(/vectors \[5\], not \[4\]/);
    expect(() => new EmbeddingIndex({ dimensions: 4 }).expectModel(longer)).toThrow(/4 numbers.*\[5\]/);
    expect(() => new EmbeddingIndex({ dimensions: 4 }).expectModel(other)).not.toThrow();
  });
});
