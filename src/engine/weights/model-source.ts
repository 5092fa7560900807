import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { findDialect } from '../../core/prompt/dialect.ts';
import { DIALECTS, type Dialect, type NamedTokens } from '../../core/prompt/dialects.ts';
import type { ModelInfo } from '../../core/protocol.ts';
import { said } from '../../core/said.ts';
import { SHELF } from '../../core/ways.ts';
import { type ChatTemplates, folderTemplates, ggufTemplates } from './chat-template.ts';
import { kvBytesPerToken, type ModelConfig, parseConfig, tokenList } from './config.ts';
import { ggufConfig } from './gguf/config.ts';
import { ggufFimTokens } from './gguf/fim-tokens.ts';
import { GgufFile } from './gguf/gguf.ts';
import { ggufTokenizer } from './gguf/tokenizer.ts';
import type { TensorSource } from './parameters.ts';
import { quantizationName } from './quantization.ts';
import { QuantizedCheckpoint } from './quantized-checkpoint.ts';
import { Safetensors } from './safetensors.ts';
import { readTokenizerConfig, Tokenizer } from './tokenizer.ts';

/** Tokens that end a text in any dialect that we know, beside those that the model names itself. */
const END_TOKENS = [
  ...['<|endoftext|>', '<|im_end|>', '<|eot_id|>', '<|end_of_text|>'],
  ...DIALECTS.flatMap(({ tokens, ends = [] }) => [...tokens, ...ends]),
];

const LONGEST_NAME = 80;

/** Where a model's tensors are read from. */
export interface Checkpoint extends TensorSource {
  readonly parameters: number;
  /** Bytes of its tensors in their files, where reading gives others. */
  readonly storedBytes?: number;
  dispose(): Promise<void>;
}

/** A model that was read, not loaded: configuration and tokenizer. */
export interface ModelSource {
  /** A folder in Hugging Face layout, or a GGUF file. */
  path: string;
  config: ModelConfig;
  tokenizer: Tokenizer | undefined;
  dialect: Dialect;
  chat: ChatTemplates;
  info: ModelInfo;
  endTokens: Set<number>;
  /** Its tensors. @throws CoppiceError `model-not-found`, `model-invalid` */
  open(): Promise<Checkpoint>;
}

/**
 * Reads a GGUF file, or a folder in Hugging Face layout.
 * @throws CoppiceError `model-not-found`, `model-invalid`, `model-unsupported`, `tokenizer-invalid`, `tokenizer-mismatch`
 */
export async function readModel(path: string): Promise<ModelSource> {
  return (await isFile(path)) ? readGguf(path) : readModelFolder(path);
}

/**
 * The tokenizer of a GGUF file or a folder alone, whatever model it belongs to; undefined where there is none.
 * @throws CoppiceError `model-invalid`, `model-unsupported`, `tokenizer-invalid`
 */
export async function readTokenizer(path: string): Promise<Tokenizer | undefined> {
  if (!(await isFile(path))) return Tokenizer.open(path);
  const file = await GgufFile.open(path);
  try {
    return tokenizerOf(file);
  } finally {
    await file.dispose();
  }
}

function tokenizerOf(file: GgufFile): Tokenizer | undefined {
  const definition = ggufTokenizer(file.metadata);
  return definition && Tokenizer.of(definition);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

/** Reads a GGUF file with all that it says of itself. Throws as `readModel` does. */
export async function readGguf(path: string): Promise<ModelSource> {
  const file = await GgufFile.open(path);
  try {
    const config = await ggufConfig(file);
    const tokenizer = tokenizerOf(file);
    const name = file.metadata.text('general.name')?.slice(0, LONGEST_NAME) || basename(path);
    const licence = file.metadata.text('general.license')?.slice(0, LONGEST_NAME);
    const fimTokens = ggufFimTokens(file.metadata);
    const parts = {
      ...{ name, file, config, tokenizer, chat: ggufTemplates(file.metadata), named: config.endTokens },
      ...(fimTokens ? { fimTokens } : {}),
    };
    const source = sourceOf(path, () => file.reopen(), parts);
    return licence === undefined ? source : { ...source, info: { ...source.info, licence } };
  } finally {
    await file.dispose();
  }
}

/**
 * Reads a folder in Hugging Face layout and checks that its parts belong together.
 * @throws CoppiceError `model-not-found`, `model-invalid`, `model-unsupported`, `tokenizer-invalid`, `tokenizer-mismatch`
 */
export async function readModelFolder(folder: string): Promise<ModelSource> {
  let text: string;
  try {
    text = await readFile(join(folder, 'config.json'), 'utf8');
  } catch (error) {
    throw new CoppiceError(
      'model-not-found',
      said`There is no model in ${folder}: its config.json cannot be read.`,
      said`Give a folder in Hugging Face layout: config.json, tokenizer.json and *.safetensors. ${SHELF} shows what is here.`,
      error,
    );
  }
  const config = parseConfig(text);
  const tokenizer = await Tokenizer.open(folder);
  const chat = await folderTemplates(folder, await readTokenizerConfig(folder));
  const { quantization } = config;
  const open = (): Promise<Checkpoint> =>
    quantization ? QuantizedCheckpoint.open(folder, quantization) : Safetensors.open(folder);
  const file = await open();
  try {
    const named = [...config.endTokens, ...(await generationEnds(folder))];
    return sourceOf(folder, open, { name: basename(folder), file, config, tokenizer, chat, named });
  } finally {
    await file.dispose();
  }
}

function sourceOf(
  path: string,
  open: () => Promise<Checkpoint>,
  parts: Pick<ModelSource, 'config' | 'tokenizer' | 'chat'> & {
    name: string;
    file: Checkpoint;
    /** End tokens that the model names. */
    named: number[];
    fimTokens?: NamedTokens;
  },
): ModelSource {
  const { name, file, config, tokenizer, chat, named, fimTokens } = parts;
  if (tokenizer && tokenizer.size > config.vocabulary) {
    throw new CoppiceError(
      'tokenizer-mismatch',
      said`The tokenizer has ${tokenizer.size} tokens, the model ${config.vocabulary}: they do not belong together.`,
      said`Use the tokenizer.json that came with the model.`,
    );
  }
  const dialect = findDialect((token) => tokenizer?.findSpecial(token) !== undefined, fimTokens);
  const info: ModelInfo = {
    ...{ name, path, architecture: config.architecture, parameters: file.parameters },
    ...{ layers: config.layers, width: config.width, vocabulary: config.vocabulary, maxPositions: config.maxPositions },
    bytes: file.storedBytes ?? file.totalBytes,
    dtype: config.quantization ? quantizationName(config.quantization) : config.dtype,
    ...{ hasTokenizer: tokenizer !== undefined, dialect: dialect.name },
    kvBytesPerToken: kvBytesPerToken(config),
  };
  const known = [...END_TOKENS, ...dialect.tokens]
    .map((token) => tokenizer?.findSpecial(token))
    .filter((id) => id !== undefined);
  return { path, config, tokenizer, dialect, chat, info, endTokens: new Set([...named, ...known]), open };
}

/** The end tokens of `generation_config.json`, which is optional and in which nothing else matters here. */
async function generationEnds(folder: string): Promise<number[]> {
  try {
    const text = await readFile(join(folder, 'generation_config.json'), 'utf8');
    return tokenList((JSON.parse(text) as { eos_token_id?: unknown } | null)?.eos_token_id);
  } catch {
    return [];
  }
}
