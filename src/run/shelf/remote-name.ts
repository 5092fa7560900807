import { CoppiceError } from '../../core/errors.ts';
import type { RemoteModel } from '../../core/protocol.ts';
import { isQuantizedAs } from '../../core/quantization.ts';
import { said } from '../../core/said.ts';
import { RECOMMENDED } from './recommended.ts';

const PAGE = /^(?:https?:\/\/)?(?:huggingface\.co|hf\.co)\//;
const NAME =
  /^([^/:@\s]+\/[^/:@\s]+)(?:@([^/:\s]+))?(?:\/(?:(?:blob|resolve|tree)\/([^/\s]+)\/?)?([^\s:]+\.gguf)?|:([\w.-]+))?$/;

/**
 * What is meant by the name of a recommended model, `OWNER/MODEL`, `OWNER/MODEL:Q4_K_M`, `OWNER/MODEL/FILE.gguf`, or the
 * address of one of these on the hub. `OWNER/MODEL@REVISION` is not the newest commit.
 */
export function parseRemoteName(name: string): RemoteModel | undefined {
  // Ollama puts a colon in front of the size.
  const recommended = RECOMMENDED.find((model) => model.name === name.toLowerCase().replace(':', '-'));
  if (recommended) {
    const { repository, file } = recommended;
    return { repository, file };
  }
  const path = name.trim().replace(PAGE, '').replace(/\?.*$/, '');
  const [, repository, at, within, file, quantization] = NAME.exec(path) ?? [];
  if (repository === undefined) return undefined;
  const revision = at ?? within;
  return {
    repository,
    ...(revision === undefined ? {} : { revision }),
    ...(file === undefined ? {} : { file }),
    ...(quantization === undefined ? {} : { quantization }),
  };
}

/** The same. @throws CoppiceError `usage` where the name is none of these */
export function requireRemoteName(name: string): RemoteModel {
  const model = parseRemoteName(name);
  if (model) return model;
  const names = RECOMMENDED.map((each) => each.name).join(', ');
  throw new CoppiceError(
    'usage',
    said`"${name}" is no model that could be downloaded.`,
    said`Name one of these: ${names}; or one of the hub: OWNER/MODEL, OWNER/MODEL:Q4_K_M or OWNER/MODEL/FILE.gguf.`,
  );
}

/** Whether a model of the shelf, by its name there, is what is meant. */
export function isMeant(shelved: string, { repository, file, quantization }: RemoteModel): boolean {
  const name = shelved.toLowerCase();
  const base = repository.toLowerCase();
  if (file !== undefined) return name === `${base}/${file.toLowerCase().replace(/\.gguf$/, '')}`;
  if (quantization === undefined) return name === base;
  return name.startsWith(`${base}/`) && isQuantizedAs(name, quantization);
}
