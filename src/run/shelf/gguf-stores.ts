import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import type { ShelvedModel } from './shelf.ts';

const GGUF = '.gguf';
/** What such a manifest calls the layer that is the model itself. */
const OLLAMA_MODEL = 'application/vnd.ollama.image.model';
const OLLAMA_REGISTRY = 'registry.ollama.ai';
const MANIFEST_LIMIT = 2 ** 20;
/** Files of a store are at most so many folders deep, and there are no more of them. */
const DEEPEST = 4;
const MOST_FILES = 10_000;

/** GGUF models that other programs have fetched: those of Ollama, then those of LM Studio. A store that can't be read has none. */
export async function ggufModels(environment: NodeJS.ProcessEnv): Promise<ShelvedModel[]> {
  const home = environment.HOME ?? homedir();
  const ollama = environment.OLLAMA_MODELS ?? join(home, '.ollama', 'models');
  const studios = [join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')];
  const found = await Promise.all([ollamaModels(ollama), ...studios.map((folder) => ggufFiles(folder, 'lmstudio'))]);
  return found.flat();
}

/** The GGUF files below a folder, named by their paths in it. */
export async function ggufFiles(folder: string, source: ShelvedModel['source']): Promise<ShelvedModel[]> {
  const paths = (await filesBelow(folder)).filter((path) => path.endsWith(GGUF) && !isProjector(path));
  const models = await Promise.all(
    paths.map(async (path): Promise<ShelvedModel[]> => {
      const size = await sizeOf(join(folder, path));
      const name = path.slice(0, -GGUF.length).replaceAll(sep, '/');
      return size === undefined ? [] : [{ name, path: join(folder, path), source, bytes: size }];
    }),
  );
  return models.flat();
}

/** `manifests/REGISTRY/NAMESPACE/MODEL/TAG` names the blob `blobs/sha256-HEX` that is the GGUF file. */
async function ollamaModels(folder: string): Promise<ShelvedModel[]> {
  const manifests = join(folder, 'manifests');
  const models = await Promise.all(
    (await filesBelow(manifests)).map(async (manifest): Promise<ShelvedModel[]> => {
      const [registry, ...rest] = manifest.split(sep);
      const tag = rest.pop();
      const digest = await modelDigest(join(manifests, manifest));
      if (digest === undefined || tag === undefined || rest.length === 0) return [];
      const path = join(folder, 'blobs', `sha256-${digest}`);
      const bytes = await sizeOf(path);
      const named = (rest[0] === 'library' ? rest.slice(1) : rest).join('/');
      const name = `${registry === OLLAMA_REGISTRY ? '' : `${registry}/`}${named}:${tag}`;
      return bytes === undefined ? [] : [{ name, path, source: 'ollama', bytes }];
    }),
  );
  return models.flat();
}

/** The hash of the model that a manifest names. A manifest is not trusted: nothing else of it is used. */
async function modelDigest(manifest: string): Promise<string | undefined> {
  try {
    if ((await stat(manifest)).size > MANIFEST_LIMIT) return undefined;
    const { layers } = JSON.parse(await readFile(manifest, 'utf8')) as {
      layers: { mediaType: string; digest: string }[];
    };
    const digest = layers.find(({ mediaType }) => mediaType === OLLAMA_MODEL)?.digest;
    return /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1];
  } catch {
    return undefined;
  }
}

/** Paths of files relative to the folder, in the order of their names. */
async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (inside: string, depth: number): Promise<void> => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length >= MOST_FILES) return;
      const path = join(inside, entry.name);
      if (entry.isDirectory() && depth < DEEPEST) await visit(path, depth + 1);
      else if (!entry.isDirectory()) found.push(path);
    }
  };
  await visit('', 1);
  return found;
}

/** What a vision model has beside its language model. */
function isProjector(path: string): boolean {
  return /(^|[\\/])mmproj[^\\/]*$/i.test(path);
}

async function sizeOf(path: string): Promise<number | undefined> {
  const about = await stat(path).catch(() => undefined);
  return about?.isFile() ? about.size : undefined;
}
