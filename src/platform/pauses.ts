/** After this many milliseconds of computing, the event loop gets a turn. */
const turn = 25;

/** A function that yields to the event loop when it is due: `await pause()` between portions of work. */
export function pauses(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < turn) return undefined;
    return new Promise((resolve) =>
      setTimeout(() => {
        since = performance.now();
        resolve();
      }),
    );
  };
}
