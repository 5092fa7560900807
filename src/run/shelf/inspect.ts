import type { ModelInfo } from '../../core/protocol.ts';
import type { EngineClient } from '../engine-client.ts';
import { lookUpModel } from './shelf.ts';

/**
 * What a model says of itself, by its name on the shelf or by its path. What the shelf calls it comes before what its file does:
 * a blob of Ollama's is called by its hash, and a download by its folder. Rejects as `lookUpModel` and the engine do.
 */
export async function inspectModel(
  engine: EngineClient,
  name: string | undefined,
  signal?: AbortSignal,
): Promise<ModelInfo> {
  const { path, name: shelved, licence } = await lookUpModel(name);
  const info = await engine.call({ kind: 'inspect', model: path, load: false }, { signal });
  return {
    ...info,
    ...(shelved === undefined ? {} : { name: shelved }),
    ...(licence === undefined ? {} : { licence }),
  };
}
