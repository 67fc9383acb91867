import { baselineOf, type Baseline } from '../baseline.js';
import { scoresOf, type Exhibit } from './perturbed.js';

/** What is left of the target's probability where only what the map shows is seen. */
export interface ConfidenceChange {
  /**
   * The share of the probability that is lost, from 0 to 1; its mean over pictures is the average drop (Chattopadhyay et al. 2018).
   */
  readonly drop: number;
  /** Whether the probability is higher than for the whole picture; how often that is so is the increase in confidence. */
  readonly increase: boolean;
}

/**
 * Average drop and increase in confidence (Chattopadhyay et al. 2018, Grad-CAM++): the model sees the picture times its map, which
 * goes from 0 to 1. Of maps with a sign, what speaks for the target counts.
 */
export async function confidenceChange(exhibit: Exhibit, baseline: Baseline): Promise<ConfidenceChange> {
  const { x, heat } = exhibit;
  const channels = x.length / heat.length;
  const cover = baselineOf(baseline, exhibit.subject, exhibit.picture);
  const largest = heat.reduce((most, value) => Math.max(most, value), 0);
  const [whole, seen] = await scoresOf(exhibit, 2, (version, into) => {
    if (version === 0) return into.set(x);
    for (let i = 0; i < x.length; i++) {
      const open = largest > 0 ? Math.max(0, heat[Math.floor(i / channels)]) / largest : 0;
      into[i] = cover[i] + open * (x[i] - cover[i]);
    }
  });
  return { drop: whole === 0 ? 0 : Math.max(0, whole - seen) / Math.abs(whole), increase: seen > whole };
}
