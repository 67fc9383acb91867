/** What was drawn to try a network, as a picture's address; it outlives a reload. */
const stored = 'striate-drawing';

/** The drawing as it stood when the page was left; null where there is none. */
export const keptDrawing = (): string | null => localStorage.getItem(stored);

/** Keeps a drawing. */
export function keepDrawing(canvas: HTMLCanvasElement): void {
  try {
    localStorage.setItem(stored, canvas.toDataURL());
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
}

/** Forgets the drawing. */
export function forgetDrawing(): Promise<void> {
  localStorage.removeItem(stored);
  return Promise.resolve();
}
