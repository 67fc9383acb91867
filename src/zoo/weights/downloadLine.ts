import type { Terminal } from '../../platform/platform.js';
import { formatDuration } from '../../platform/textTable.js';

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes that are there. */
  readonly received: number;
  /** Bytes in all; the publisher's round figure where the server does not say. */
  readonly total: number;
}

/** Milliseconds between redraws, and between plain lines of a long download. */
const redrawEvery = 100;
const lineEvery = 30_000;

/** Shows how far a download is: on a terminal as one line with speed and time left, elsewhere as plain lines. */
export function downloadLine(
  terminal: Terminal,
  place: string,
  now: () => number = () => performance.now(),
): (progress: DownloadProgress) => void {
  let began: { readonly time: number; readonly received: number } | undefined;
  let drawn = -Infinity;
  return ({ file, received, total }) => {
    const time = now();
    if (!began) {
      began = { time, received };
      terminal.write(`Downloading ${file} (${megabytes(total)} MB) into ${place}\n`);
      drawn = terminal.interactive ? -Infinity : time;
    }
    const done = received >= total;
    if (!done && time - drawn < (terminal.interactive ? redrawEvery : lineEvery)) return;
    drawn = time;
    const line = `${megabytes(received)} of ${megabytes(total)} MB${pace(received - began.received, total - received, time - began.time)}`;
    if (!terminal.interactive) {
      terminal.write(`${line}\n`);
      return;
    }
    // A line longer than the terminal would wrap, and could not be drawn over.
    terminal.write(`\r\u001b[K${line.slice(0, terminal.columns - 1)}${done ? '\n' : ''}`);
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** Speed and time left, once there is something to go by. */
function pace(received: number, left: number, milliseconds: number): string {
  if (received <= 0 || milliseconds < 500) return '';
  const speed = received / milliseconds;
  return ` - ${(speed / 1000).toFixed(1)} MB/s${left > 0 ? ` - ${formatDuration(left / speed / 1000)} left` : ''}`;
}
