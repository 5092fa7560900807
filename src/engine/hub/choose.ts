import { CoppiceError } from '../../core/errors.ts';
import type { RemoteModel } from '../../core/protocol.ts';
import { isQuantizedAs } from '../../core/quantization.ts';
import { type Said, said } from '../../core/said.ts';
import type { RemoteFile, Repository } from './repository.ts';

/** What a model folder needs, beside its weights. */
const BESIDE = /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map)\.json$/;
/** What is kept for people and other tools. */
const FOR_PEOPLE = /^(README\.md|LICEN[CS]E(\.\w+)?|chat_template\.(jinja|json))$/;
const INDEX = 'model.safetensors.index.json';
const SAFETENSORS = /^model(-\d{5}-of-\d{5})?\.safetensors$/;
/** Everything but weights is far smaller in any real model. */
const MOST_BYTES_BESIDE = 64 * 2 ** 20;
/** On the GPU all of them become f16, so the usual one that takes the least to download comes first. */
const QUANTIZATIONS = ['Q4_K_M', 'Q5_K_M', 'Q6_K', 'Q8_0', 'F16', 'BF16'];

/**
 * The files that make up a model: those of a folder in Hugging Face layout, or one GGUF file.
 * @throws CoppiceError `model-not-found` or `model-unsupported`
 */
export function chooseFiles(repository: Repository, { file, quantization }: RemoteModel): RemoteFile[] {
  if (file !== undefined) return [whole(namedFile(repository, file), repository)];
  const packed = repository.files.filter(({ path }) => isPacked(path));
  if (quantization !== undefined)
    return [whole(only(ofQuantization(packed, quantization), repository, quantization), repository)];
  const folder = folderFiles(repository.files);
  if (folder) return folder;
  const usual = QUANTIZATIONS.map((each) => ofQuantization(packed, each)).find((found) => found.length > 0);
  if (usual || packed.length === 1) return [whole(only(usual ?? packed, repository), repository)];
  throw new CoppiceError(
    'model-not-found',
    said`${repository.name} has neither safetensors nor GGUF weights that could be taken.`,
    packed.length === 0
      ? said`Choose another repository: of many models there is one with GGUF in its name.`
      : among(packed),
  );
}

function folderFiles(files: RemoteFile[]): RemoteFile[] | undefined {
  const top = (wanted: RegExp) => files.filter(({ path }) => wanted.test(path));
  const weights = top(SAFETENSORS);
  const shards = weights.filter(({ path }) => path !== 'model.safetensors');
  const index = files.filter(({ path }) => path === INDEX);
  const single = weights.filter(({ path }) => path === 'model.safetensors');
  const beside = top(BESIDE);
  if (weights.length === 0 || !beside.some(({ path }) => path === 'config.json')) return undefined;
  const chosen = index.length > 0 && shards.length > 0 ? [...index, ...shards] : single;
  const small = [...beside, ...top(FOR_PEOPLE)].filter(({ bytes }) => bytes <= MOST_BYTES_BESIDE);
  return chosen.length === 0 ? undefined : [...small, ...chosen];
}

function namedFile({ files, name }: Repository, wanted: string): RemoteFile {
  const packed = files.filter(({ path }) => isPacked(path));
  const alike = packed.filter(({ path }) => path.endsWith(`/${wanted}`));
  const file = packed.find(({ path }) => path === wanted) ?? (alike.length === 1 ? alike[0] : undefined);
  if (file) return file;
  throw new CoppiceError('model-not-found', said`${name} has no GGUF file ${wanted.slice(0, 200)}.`, among(packed));
}

function isPacked(path: string): boolean {
  return /(^|\/)[A-Za-z0-9][\w.+-]{0,200}\.gguf$/.test(path) && !/(^|\/)mmproj/i.test(path);
}

function ofQuantization(packed: RemoteFile[], quantization: string): RemoteFile[] {
  return packed.filter(({ path }) =>
    isQuantizedAs(path.replace(/\.gguf$/, '').replace(/-\d{5}-of-\d{5}$/, ''), quantization),
  );
}

/** @param quantization what all of them have, where it was asked for */
function only(found: RemoteFile[], { files, name }: Repository, quantization?: string): RemoteFile {
  // Another copy in a folder of its own is usually for something special.
  const top = found.filter(({ path }) => !path.includes('/'));
  const [file, second] = top.length > 0 ? top : found;
  if (file && (!second || /-\d{5}-of-\d{5}\.gguf$/.test(file.path))) return file;
  const all = files.filter(({ path }) => isPacked(path));
  throw new CoppiceError(
    'model-not-found',
    notOne(name, file !== undefined, quantization?.slice(0, 40)),
    among(found.length > 0 ? found : all),
  );
}

function notOne(name: string, hasSome: boolean, quantization: string | undefined): Said {
  if (quantization === undefined) return said`${name} has more than one GGUF file of the usual kind.`;
  if (hasSome) return said`${name} has more than one GGUF file of ${quantization}.`;
  return said`${name} has no GGUF file of ${quantization}.`;
}

function whole(file: RemoteFile, { name }: Repository): RemoteFile {
  if (!/-\d{5}-of-\d{5}\.gguf$/.test(file.path)) return file;
  throw new CoppiceError(
    'model-unsupported',
    said`${file.path} of ${name} is one part of several.`,
    said`Choose a file that is not split, or join the parts with llama-gguf-split --merge.`,
  );
}

function among(packed: RemoteFile[]): Said {
  if (packed.length === 0) return said`Name the repository alone: it has no GGUF files.`;
  const names = packed.slice(0, 12).map(({ path, bytes }) => `${path} (${(bytes / 1e9).toFixed(1)} GB)`);
  return said`Name one of its files: ${`${names.join(', ')}${packed.length > 12 ? ' ...' : ''}`}.`;
}
