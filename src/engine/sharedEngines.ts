import type { Engine, EngineOptions } from './contract.js';
import { openEngine } from './engines.js';

/** A user's share of an engine that a process has for all who ask for the same. */
export interface EngineShare {
  readonly engine: Engine;
  /** Whether nobody else uses the engine. */
  readonly alone: boolean;
  /** Gives the share back; the last one closes the engine. */
  end(): Promise<void>;
}

/** Whom to share with. */
export interface SharingOptions extends EngineOptions {
  /** Begin with a new engine, which those share who ask later; where the one there is has no room left. */
  readonly fresh?: boolean;
}

interface SharedEngine {
  readonly opening: Promise<Engine>;
  users: number;
}

/**
 * By name, number of threads and place of its files, the engine that models share now: their programs run one after another and use the same
 * working memory, so that many models need hardly more than one. Not kept here once open: an engine whose users are gone is
 * collected, whether they said so or not.
 */
const current = new Map<string, WeakRef<SharedEngine>>();

/** Counts users out that were collected without having given their share back. */
const collectedUsers = new FinalizationRegistry<WeakRef<SharedEngine>>((shared) => {
  const found = shared.deref();
  if (found) found.users--;
});

/**
 * A share of the engine of that name, opened where there is none. It lasts until it is given back, or `user` is collected.
 *
 * @throws StriateError as `openEngine` does.
 */
export async function shareEngine(name: string, user: object, options: SharingOptions = {}): Promise<EngineShare> {
  const { threads, assets, fresh = false } = options;
  const key = `${name}/${threads ?? ''}/${String(assets ?? '')}`;
  let shared = fresh ? undefined : current.get(key)?.deref();
  if (!shared) current.set(key, new WeakRef((shared = { opening: openEngine(name, { threads, assets }), users: 0 })));
  const one = shared;
  const isCurrent = (): boolean => current.get(key)?.deref() === one;
  one.users++;
  let engine: Engine;
  try {
    engine = await one.opening;
  } catch (error) {
    if (isCurrent()) current.delete(key);
    throw error;
  }
  if (engine.failed) {
    // One whose thread ended, or which somebody closed, would fail everybody who comes later.
    if (isCurrent()) current.delete(key);
    return shareEngine(name, user, options);
  }
  const token = {};
  collectedUsers.register(user, new WeakRef(one), token);
  return {
    engine,
    get alone() {
      return one.users === 1;
    },
    end: async () => {
      if (!collectedUsers.unregister(token)) return;
      if (--one.users > 0) return;
      if (isCurrent()) current.delete(key);
      await engine.close();
    },
  };
}
