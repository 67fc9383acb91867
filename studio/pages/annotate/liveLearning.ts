import { signal } from '@preact/signals';
import { isCancelled } from '../../engine/engineThread.js';
import { server } from '../../server/studioServer.js';
import { engine } from './droppedWork.js';
import type { LearnNews } from './learning.js';
import type { LearnKind, LearnSettings } from './learnKinds.js';
import type { Work } from './work.js';

/** What is being learned, or was. It goes on while other pages are looked at. */
export interface Learning {
  /** Undefined where nothing of this kind was learned yet. */
  readonly news: LearnNews | undefined;
  readonly going: boolean;
  readonly error: Error | undefined;
}

const nothing: Learning = { news: undefined, going: false, error: undefined };

/** By kind. */
export const learning = signal<Readonly<Partial<Record<LearnKind, Learning>>>>({});

const update = (kind: LearnKind, part: Partial<Learning>): void => {
  learning.value = { ...learning.peek(), [kind]: { ...nothing, ...learning.peek()[kind], ...part } };
};

/** Asks what this browser has kept of a kind. */
export async function openLearnt(kind: LearnKind): Promise<void> {
  if (learning.peek()[kind]) return;
  const news = await engine.learnt({ kind });
  if (!learning.peek()[kind]) update(kind, { news });
}

/** Learns from what was drawn, until it is done or stopped. */
export async function beginLearning(work: Work, settings: LearnSettings): Promise<void> {
  const { kind } = settings;
  update(kind, { going: true, error: undefined, news: undefined });
  try {
    const served = server.value?.data ? new URL('api/data/file?path=', document.baseURI).href : undefined;
    const onNews = (news: LearnNews): void => update(kind, { news });
    update(kind, { news: await engine.learn({ ...settings, work, server: served }, { onNews }), going: false });
  } catch (error) {
    update(kind, { going: false, ...(!isCancelled(error) && { error: error as Error }) });
  }
}
