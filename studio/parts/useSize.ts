import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** An element's size in CSS pixels, as it changes. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Measures an element: 0 × 0 before it is shown. */
export function useSize<E extends HTMLElement>(): readonly [RefObject<E | null>, Size] {
  const element = useRef<E | null>(null);
  const [size, setSize] = useState<Size>({ height: 0, width: 0 });
  useLayoutEffect(() => {
    const measured = element.current!;
    const measure = (): void => {
      const { clientHeight: height, clientWidth: width } = measured;
      setSize((before) => (before.height === height && before.width === width ? before : { height, width }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    measure();
    return () => observer.disconnect();
  }, []);
  return [element, size];
}
