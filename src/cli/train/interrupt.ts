/** Ctrl-C while a command works: the first asks to stop at the next step, the second ends at once. */
export interface Interrupt extends Disposable {
  /** Aborted at the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Listens for SIGINT and SIGTERM until disposed.
 *
 * @param asked called once, when the first one comes
 */
export function listenForInterrupt(asked: () => void): Interrupt {
  const controller = new AbortController();
  const listener = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      process.stderr.write('\n');
      // The codes that shells give to a process ended by these signals.
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
    controller.abort();
    // The terminal has drawn ^C into the line.
    if (process.stderr.isTTY) process.stderr.write('\n');
    asked();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
