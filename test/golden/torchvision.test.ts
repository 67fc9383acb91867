import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pytorchShapes, Tensor, zoo } from '../../src/index.js';
import { formulaInput, formulaWeights } from './formula.js';

/** What PyTorch gave for an architecture with the formula's weights. */
interface Golden {
  /** NCHW */
  readonly input: readonly number[];
  readonly parameters: number;
  readonly argmax: number;
  readonly mean: number;
  readonly std: number;
  readonly first16: readonly number[];
  readonly last4: readonly number[];
}

const { STRIATE_GOLDEN, STRIATE_DATA } = process.env;
const beside = STRIATE_DATA && join(STRIATE_DATA, '..', 'golden', 'torchvision.json');
const file = STRIATE_GOLDEN ?? (beside && existsSync(beside) ? beside : undefined);
const rows = file ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Golden>) : {};
const title = file ? '' : ': skipped, STRIATE_GOLDEN names no file of reference outputs';

/** What float32 allows: of the logits' standard deviation. */
const tolerance = 1e-3;

describe.skipIf(!file)(`what PyTorch gives for the same weights${title}`, () => {
  it('is known for some architectures', () => {
    expect(Object.keys(rows).length).toBeGreaterThan(0);
  });

  it.each(Object.entries(rows))('%s', async (key, golden) => {
    const [name] = key.split(':');
    const [, channels, height, width] = golden.input;
    const model = zoo.create(name, { inputShape: [height, width, channels] });
    const weights = [...pytorchShapes(model)].map(
      ([tensor, shape]) => [tensor, new Tensor('float32', shape, formulaWeights(tensor, shape))] as const,
    );
    await model.loadWeights(new Map(weights));
    const input = new Tensor('float32', [1, height, width, channels], formulaInput(golden.input));
    const { data: logits } = await model.predict(input);
    await model.dispose();
    const mean = logits.reduce((sum, value) => sum + value, 0) / logits.length;
    const variance = logits.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logits.length;
    const pairs = [
      ...golden.first16.map((expected, i) => [logits[i], expected]),
      ...golden.last4.map((expected, i) => [logits[logits.length - 4 + i], expected]),
      [mean, golden.mean],
      [Math.sqrt(variance), golden.std],
    ];
    const worst = Math.max(...pairs.map(([received, expected]) => Math.abs(received - expected)));
    console.info(`${key}: off by ${(worst / golden.std).toExponential(1)} of the standard deviation`);
    expect(worst).toBeLessThan(tolerance * golden.std);
    expect(logits.indexOf(Math.max(...logits))).toBe(golden.argmax);
    expect(model.parameterCounts().parameters).toBe(golden.parameters);
  });
});
