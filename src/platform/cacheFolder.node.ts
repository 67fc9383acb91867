import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for things that can be downloaded again: `$XDG_CACHE_HOME/striate` or the platform's own. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (xdg !== undefined && xdg !== '') return join(xdg, 'striate');
  if (platform === 'win32' && local !== undefined && local !== '') return join(local, 'striate', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'striate');
  return join(homedir(), '.cache', 'striate');
}
