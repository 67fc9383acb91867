import { StriateError } from 'striate';
import type { Refusal } from '../../src/studio/api.js';
import { say } from './strings.js';

/**
 * What the server answers, to pages and to the worker.
 *
 * @param where what was asked for, where the server does not say of what it refuses something
 * @throws StriateError with what the server refused, or that it does not answer.
 */
export async function asked(address: string, where = address, request?: RequestInit): Promise<Response> {
  const answer = await fetch(address, request).catch(() => undefined);
  if (!answer) throw new StriateError({ where: say.studio, rule: say.noAnswer, advice: say.startAgain });
  if (answer.ok) return answer;
  throw new StriateError((await answer.json().catch(() => ({ where, rule: answer.statusText }))) as Refusal);
}
