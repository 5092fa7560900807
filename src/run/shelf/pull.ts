import { CoppiceError } from '../../core/errors.ts';
import type { PulledModel } from '../../core/protocol.ts';
import type { EngineClient } from '../engine-client.ts';
import { downloadsFolder } from './downloads.ts';
import { isMeant, requireRemoteName } from './remote-name.ts';
import { listModels, type ShelvedModel } from './shelf.ts';

/** Over so long a stretch the rate of a download is taken. */
const WINDOW_MS = 5000;

export interface PullProgress {
  file: string;
  done: number;
  total: number;
  /** Undefined until it can be told. */
  bytesPerSecond?: number;
  secondsLeft?: number;
}

/** What came of a pull: a model that was downloaded, or that another program has already. */
export type Pulled = { kind: 'downloaded'; model: PulledModel } | { kind: 'shelved'; model: ShelvedModel };

/**
 * Downloads a model by its name, unless it is on this machine already.
 * @throws CoppiceError `usage`, and what the engine's `pull` throws
 */
export async function pullModel(
  name: string,
  engine: EngineClient,
  {
    signal,
    onProgress,
    environment,
  }: { signal?: AbortSignal; onProgress?: (progress: PullProgress) => void; environment?: NodeJS.ProcessEnv } = {},
): Promise<Pulled> {
  const remote = requireRemoteName(name);
  // What we have downloaded ourselves may be of an older commit.
  const others = (await listModels(environment)).filter(({ source }) => source !== 'downloaded');
  const shelved = others.find((model) => isMeant(model.name, remote));
  if (shelved && (await isWhole(shelved, engine, signal))) return { kind: 'shelved', model: shelved };
  const rate = new Rate();
  const model = await engine.call(
    { kind: 'pull', model: remote, folder: downloadsFolder(environment) },
    {
      signal,
      onEvent: (event) => {
        if (event.kind !== 'downloading') return;
        const { file, done, total } = event;
        onProgress?.({ file, done, total, ...rate.add(done, total) });
      },
    },
  );
  return { kind: 'downloaded', model };
}

/** What another program has begun to download may lack files. */
async function isWhole(
  { path }: ShelvedModel,
  engine: EngineClient,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await engine.call({ kind: 'inspect', model: path, load: false }, { signal });
    return true;
  } catch (error) {
    const { code } = CoppiceError.wrap(error);
    if (code === 'model-not-found' || code === 'model-invalid') return false;
    throw error;
  }
}

/** How fast something goes, over the last few seconds. */
export class Rate {
  readonly #seen: { at: number; done: number }[] = [];

  add(done: number, total: number, at = performance.now()): { bytesPerSecond?: number; secondsLeft?: number } {
    this.#seen.push({ at, done });
    while (this.#seen.length > 2 && at - this.#seen[1]!.at > WINDOW_MS) this.#seen.shift();
    const first = this.#seen[0]!;
    // What was there before the download was not fetched at any rate.
    if (at - first.at < 500 || done <= first.done) return {};
    const bytesPerSecond = ((done - first.done) * 1000) / (at - first.at);
    return { bytesPerSecond, secondsLeft: Math.ceil((total - done) / bytesPerSecond) };
  }
}
