import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  explain,
  explanations,
  sanityCheck,
  Tensor,
  type Evidence,
  type ExplanationMethod,
} from '../../../src/index.js';
import { linearImputation } from '../../../src/explain/evidence/linearImputation.js';
import { formulaNetwork } from '../explanations/formulaNetwork.js';
import { dataFolder, publishedNetworks, skipReason } from '../explanations/publishedNetworks.js';
import type { Explained } from '../explanations/references.js';

/** What Quantus 0.6 and pytorch-grad-cam 1.5.7 say of a map (make_evidence.py). */
interface Measured {
  /** Quantus's PixelFlipping: after each step from the first on, which it leaves out, as it does the shares in its area. */
  readonly deletion: readonly number[];
  readonly insertion: readonly number[];
  readonly fromBlurred: readonly number[];
  /** pytorch-grad-cam's, without noise. */
  readonly road: {
    readonly shares: readonly number[];
    readonly mostImportant: readonly number[];
    readonly leastImportant: readonly number[];
    /** How far noise moved these probabilities there. */
    readonly noise: number;
  };
  /** pytorch-grad-cam's fall in confidence, which is not divided by the confidence in the whole picture. */
  readonly confidence: { readonly whole: number; readonly fall: number; readonly increase: boolean };
  /** Quantus's RelevanceMassAccuracy and PointingGame for boxes [left, top, right, bottom]. */
  readonly inside: readonly {
    readonly box: readonly [number, number, number, number];
    readonly energy: number;
    readonly pointing: boolean;
  }[];
}

interface EvidenceRow {
  readonly name: string;
  readonly weights: 'published' | 'formula';
  readonly size: number;
  readonly label: number;
  readonly steps: number;
  readonly maps: Readonly<Record<keyof typeof maps, Measured>>;
  /** Quantus's model parameter randomisation test, from the top down, of the maps that captum and pytorch-grad-cam make. */
  readonly sanity: Readonly<
    Record<string, { readonly layers: readonly string[]; readonly correlations: readonly number[] }>
  >;
}

const rows = JSON.parse(readFileSync(new URL('evidence.json', import.meta.url), 'utf8')) as readonly EvidenceRow[];

/** The maps of make_evidence.py: no two pixels are equal. */
const maps = {
  bump(size: number): Float32Array {
    const distance = Float64Array.from(
      { length: size * size },
      (_, i) => (Math.floor(i / size) - 0.37 * size) ** 2 + 1.3 * ((i % size) - 0.61 * size) ** 2,
    );
    const order = Uint32Array.from(distance, (_, i) => i).sort((a, b) => distance[a] - distance[b]);
    const map = new Float32Array(size * size);
    order.forEach((place, rank) => (map[place] = 1 - rank / map.length));
    return map;
  },
  scattered(size: number): Float32Array {
    return Float32Array.from({ length: size * size }, (_, i) => ((i * 7919 + 13) % (size * size)) / (size * size));
  },
} as const;

/** A method whose map is given. */
function mapped(map: Float32Array, size: number): ExplanationMethod {
  const given = new Tensor('float32', [1, size, size], map);
  return { name: 'given', at: 'picture', signed: false, attribute: () => Promise.resolve({ map: given }) };
}

/** Grad-CAM with what speaks against the class: Quantus refuses maps of zeros. */
const randomised: Readonly<Record<string, ExplanationMethod>> = {
  saliency: explanations.saliency(),
  'grad-cam': explanations.gradCam({ relu: false }),
};

function worstDifference(found: readonly number[], expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i])));
}

/** What float32 allows, of the probability of the whole picture. */
const tolerance = 1e-4;

describe.each(rows)('evidence of maps of $name ($weights weights)', (row) => {
  const { name, weights, size, label, steps } = row;
  const skipped = weights === 'published' && !dataFolder;
  const note = skipped ? skipReason : '';
  let network: Promise<Explained> | undefined;
  const opened = (): Promise<Explained> =>
    (network ??= weights === 'published' ? publishedNetworks[name]() : formulaNetwork({ name, size }));
  afterAll(async () => (await network)?.model.dispose());

  describe.skipIf(skipped).each(Object.keys(maps) as (keyof typeof maps)[])(`of the map '%s'${note}`, (key) => {
    const measured = row.maps[key];
    const { whole } = measured.confidence;
    const evidenceOf = async (options: object): Promise<Evidence> => {
      const { model, picture } = await opened();
      const method = mapped(maps[key](size), size);
      const found = await explain(model, picture, { method, target: label, evidence: { steps, ...options } });
      return found.evidence!;
    };

    it.each([
      ['deletion', 'zero'],
      ['insertion', 'zero'],
      ['fromBlurred', 'blurred'],
    ] as const)('has the curve of Quantus’s pixel flipping: %s', async (which, baseline) => {
      const measure = which === 'deletion' ? 'deletion' : 'insertion';
      const options = { measures: [measure], deletionBaseline: baseline, insertionBaseline: baseline };
      const { probabilities, area } = (await evidenceOf(options))[measure]!;
      expect(worstDifference(probabilities.slice(1), measured[which])).toBeLessThan(tolerance * whole);
      // Quantus's area is that of the steps alone, each of width 1; ours begins with the picture as it is, and is one wide.
      const inner = measured[which].reduce((sum, value) => sum + value, 0) - measured[which][steps - 1] / 2;
      expect(Math.abs(area - (probabilities[0] / 2 + inner) / steps)).toBeLessThan(tolerance * whole);
    });

    it('has pytorch-grad-cam’s ROAD, but for the noise', async () => {
      const { shares, mostImportant, leastImportant, noise } = measured.road;
      const { road } = await evidenceOf({ measures: ['road'], roadShares: shares });
      const { model, picture } = await opened();
      const order = Array.from(maps[key](size), (value, place) => [value, place]).sort((a, b) => b[0] - a[0]);
      const imputed = async (places: readonly number[]): Promise<number> => {
        const missing = new Uint8Array(size * size);
        for (const place of places) missing[place] = 1;
        const filled = linearImputation(picture.data, missing, picture.shape);
        const { data } = await model.predict(new Tensor('float32', [1, ...picture.shape], filled));
        const largest = data.reduce((a, b) => Math.max(a, b));
        const sum = data.reduce((total, score) => total + Math.exp(score - largest), 0);
        return Math.exp(data[label] - largest) / sum;
      };
      const places = order.map(([, place]) => place);
      for (const [i, share] of shares.entries()) {
        const count = Math.round(share * places.length);
        const [most, least] = [await imputed(places.slice(0, count)), await imputed(places.slice(-count))];
        // Equations that are solved to a ten-thousandth, and those of SciPy's direct solver.
        expect(Math.abs(most - mostImportant[i])).toBeLessThan(1e-3 * whole);
        expect(Math.abs(least - leastImportant[i])).toBeLessThan(1e-3 * whole);
      }
      const allowed = 2 * noise + tolerance * whole;
      expect(worstDifference(road!.mostImportant, mostImportant)).toBeLessThan(allowed);
      expect(worstDifference(road!.leastImportant, leastImportant)).toBeLessThan(allowed);
      const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      expect(Math.abs(road!.score - (mean(leastImportant) - mean(mostImportant)) / 2)).toBeLessThan(allowed);
    });

    it('has pytorch-grad-cam’s drop and increase in confidence', async () => {
      const { confidence } = await evidenceOf({ measures: ['confidence'] });
      // Theirs is not divided by the confidence in the whole picture, as the paper's is.
      expect(Math.abs(confidence!.drop - measured.confidence.fall / whole)).toBeLessThan(tolerance);
      expect(confidence!.increase).toBe(measured.confidence.increase);
    });

    it('has Quantus’s relevance mass and pointing game', async () => {
      for (const { box, energy, pointing } of measured.inside) {
        const [left, top, right, bottom] = box;
        const { inside } = await evidenceOf({ measures: [], inside: { left, top, right, bottom } });
        expect(inside!.energy).toBeCloseTo(energy, 5);
        expect(inside!.pointing).toBe(pointing);
      }
    });
  });

  it.skipIf(skipped).each(Object.keys(row.sanity))(
    `has the rank correlations of Quantus’s randomisation test: %s${note}`,
    async (method) => {
      const { model, picture } = await opened();
      const { layers, correlations } = row.sanity[method];
      const { results } = await sanityCheck(model, [picture], { methods: [randomised[method]], stages: 1000 });
      const [{ stages, correlation }] = results;
      expect(stages.map(({ layer }) => layer)).toEqual(layers);
      const found = stages.map((stage) => stage.correlation);
      // Where little of the gradient is left, rounding orders the pixels.
      expect(worstDifference(found, correlations)).toBeLessThan(3e-3);
      const mean = correlations.reduce((a, b) => a + b, 0) / correlations.length;
      expect(Math.abs(correlation - mean)).toBeLessThan(1e-3);
    },
  );
});
