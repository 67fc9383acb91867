/** After this many milliseconds of computing, others have their turn. */
const turn = 25;

/** A function that gives others their turn when it is time: `await pause()` between portions of work. */
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
