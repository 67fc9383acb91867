import { describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../src/engine/wasm/wasmEngine.js';
import type { Engine, Graph } from '../../src/index.js';
import { bands, tinyModel } from '../fixtures/tinyModels.js';

/** An engine that counts the graphs it is given to compile, by name. */
function counting(engine: Engine): { engine: Engine; compiled: string[] } {
  const compiled: string[] = [];
  return {
    compiled,
    engine: {
      name: engine.name,
      describe: () => engine.describe(),
      compile: (graph: Graph) => {
        compiled.push(graph.name);
        return engine.compile(graph);
      },
      read: (variable) => engine.read(variable),
      write: (variable, value) => engine.write(variable, value),
      release: (variables) => engine.release(variables),
      close: () => engine.close(),
    },
  };
}

describe('fit', () => {
  it('compiles the full and the last, smaller batch once, not once an epoch', async () => {
    const { engine, compiled } = counting(await createWasmEngine({ threads: 1 }));
    const { x, y } = bands(50);
    const model = tinyModel([], engine);
    const seen: number[] = [];
    const onEpochEnd = (): void => void seen.push(compiled.length);
    // 40 to train on in batches of 16, 16 and 8; 10 to validate with in batches of 8 and 2.
    await model.fit(x, y, {
      epochs: 4,
      batchSize: 16,
      validationSplit: 0.2,
      validationBatchSize: 8,
      verbose: 0,
      callbacks: [{ onEpochEnd }],
    });
    expect(compiled).toEqual(['train', 'train', 'test', 'test']);
    expect(seen).toEqual([4, 4, 4, 4]);
    // Nor does another fit.
    await model.fit(x, y, { epochs: 1, batchSize: 20, verbose: 0 });
    await model.fit(x.slice(0, 40), y.slice(0, 40), { epochs: 1, batchSize: 16, verbose: 0 });
    expect(compiled).toEqual(['train', 'train', 'test', 'test', 'train', 'train']);
    await engine.close();
  });

  it('gives back the memory of programs it no longer keeps', async () => {
    const engine = await createWasmEngine({ threads: 1 });
    const { x } = bands(64);
    const model = tinyModel([], engine);
    const predictAllSizes = async (): Promise<number> => {
      for (let batchSize = 1; batchSize <= 64; batchSize++) await model.predict(x.slice(0, batchSize), { batchSize });
      return engine.describe().memory;
    };
    const once = await predictAllSizes();
    for (let round = 0; round < 3; round++) expect(await predictAllSizes()).toBe(once);
    await engine.close();
  });
});
