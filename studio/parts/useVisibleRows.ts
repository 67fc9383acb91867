import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** Rows that are drawn above and below what is seen, so that none is missing while one scrolls. */
const spare = 3;

/**
 * Which rows of a long list are near what is seen: from the first on, up to the last, which is not among them.
 *
 * @param element in which the rows lie one below the other
 * @param height of a row, in pixels
 */
export function useVisibleRows(
  element: RefObject<HTMLElement | null>,
  height: number,
  rows: number,
): readonly [first: number, last: number] {
  const [range, setRange] = useState<readonly [number, number]>([0, 2 * spare]);
  useLayoutEffect(() => {
    let asked = 0;
    const look = (): void => {
      const next = rowsBetween(-element.current!.getBoundingClientRect().top, innerHeight, height, rows);
      setRange((before) => (before[0] === next[0] && before[1] === next[1] ? before : next));
    };
    const later = (): void => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(look);
    };
    // Whatever scrolls around it: such events do not rise, but are heard on their way down.
    document.addEventListener('scroll', later, { capture: true, passive: true });
    addEventListener('resize', later);
    look();
    return () => {
      cancelAnimationFrame(asked);
      document.removeEventListener('scroll', later, { capture: true });
      removeEventListener('resize', later);
    };
  }, [height, rows]);
  return [Math.min(range[0], rows), Math.min(range[1], rows)];
}

/** Rows that are seen between `top` and `extent` pixels below it, and some more on each side. */
export function rowsBetween(top: number, extent: number, height: number, rows: number): readonly [number, number] {
  const at = (pixels: number): number => Math.min(rows, Math.max(0, pixels));
  return [at(Math.floor(top / height) - spare), at(Math.ceil((top + extent) / height) + spare)];
}
