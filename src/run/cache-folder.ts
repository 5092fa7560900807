import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Coppice keeps what it has fetched or measured; `COPPICE_CACHE` moves it. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.COPPICE_CACHE || join(environment.HOME ?? homedir(), '.cache', 'coppice');
}
