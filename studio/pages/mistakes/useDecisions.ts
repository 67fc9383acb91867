import { useEffect, useMemo, useState } from 'preact/hooks';
import { kept } from '../../storage/kept.js';
import { standing, type Decision, type Decisions } from './corrections.js';
import { say } from './strings.js';

/** The decisions about the pictures of a source, kept in the browser. */
export interface KeptDecisions {
  readonly all: Decisions;
  /** The one that holds for each picture. */
  readonly standing: ReadonlyMap<number, Decision>;
  readonly decide: (decision: Decision) => void;
  readonly undo: () => void;
  /** Why they are not kept, and what to do. */
  readonly problem: string | undefined;
}

/** What the browser keeps decisions by, before their source. */
export const decisionsPrefix = 'striate-labels ';

/** Decisions outlive a reload; each source has its own. */
export function useDecisions(source: string): KeptDecisions {
  const name = `${decisionsPrefix}${source}`;
  const [state, setState] = useState<{ name: string; all: Decisions }>({ name: '', all: [] });
  const [problem, setProblem] = useState<string | undefined>();
  useEffect(() => setState({ name, all: read(name) }), [name, kept.value]);
  const all = state.name === name ? state.all : [];
  const write = (next: Decisions): void => {
    try {
      localStorage.setItem(name, JSON.stringify(next));
      setProblem(undefined);
    } catch {
      setProblem(say.decisionsNotKept);
    }
    setState({ name, all: next });
  };
  return {
    all,
    problem,
    standing: useMemo(() => standing(all), [state, name]),
    decide: (decision) => write([...all, decision]),
    undo: () => write(all.slice(0, -1)),
  };
}

function read(name: string): Decisions {
  const text = localStorage.getItem(name);
  if (text === null) return [];
  try {
    return JSON.parse(text) as Decisions;
  } catch {
    // What somebody else wrote there is nothing that was decided.
    return [];
  }
}
