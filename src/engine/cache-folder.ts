import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the engine keeps what it has measured and packed; `COPPICE_CACHE` moves it. */
export function cacheFolder(): string {
  return process.env.COPPICE_CACHE || join(homedir(), '.cache', 'coppice');
}
