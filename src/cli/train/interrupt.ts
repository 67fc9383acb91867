/** Ctrl-C while a command works: the first asks to stop at the next step, the second ends at once. */
export interface Interrupt extends Disposable {
  /** Aborted at the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What asks a process to stop, and the code that shells give to one that it ended. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Stopping = keyof typeof exitCodes;
const stopping = Object.keys(exitCodes) as Stopping[];

/**
 * Listens for SIGINT, SIGTERM and SIGHUP (the terminal was closed) until disposed.
 *
 * @param asked called once, when the first one comes
 */
export function listenForInterrupt(asked: () => void): Interrupt {
  const controller = new AbortController();
  const listener = (signal: Stopping): void => {
    if (controller.signal.aborted) {
      process.stderr.write('\n');
      process.exit(exitCodes[signal]);
    }
    controller.abort();
    // The terminal has drawn ^C into the line.
    if (process.stderr.isTTY) process.stderr.write('\n');
    asked();
  };
  for (const name of stopping) process.on(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of stopping) process.off(name, listener);
    },
  };
}
