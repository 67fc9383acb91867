import type { KeptThing } from '../../storage/kept.js';
import { forgetWork, keptWork } from './keptWork.js';
import { say } from './strings.js';

/** The pictures and what was drawn in them, as one thing. */
export async function keptThings(): Promise<readonly KeptThing[]> {
  const work = await keptWork();
  const own = (work?.pictures ?? []).filter(({ example }) => !example);
  if (own.length === 0) return [];
  const bytes = own.reduce((sum, { blob }) => sum + blob.size, 0);
  return [
    {
      what: say.title,
      name: own
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 60),
      bytes,
      forget: forgetWork,
    },
  ];
}
