import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Conversation } from '../../core/conversation.ts';
import { CoppiceError, throwIfCancelled } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';
import type { RenderAnswer, RenderRequest } from './chat-renderer.ts';
import type { Metadata } from './gguf/metadata.ts';

/** Characters of a template. The longest that are known have 30,000. */
const TEMPLATE_LIMIT = 2 ** 18;
/** Characters that a template may write. */
const OUTPUT_LIMIT = 2 ** 24;
const TIME_LIMIT_MS = 700;
/** Past its time a renderer that is busy with its memory does not end by itself. */
const GRACE_MS = 200;
const START_LIMIT_MS = 10_000;
const MEMORY_LIMIT_MB = 128;

/** How a model writes a conversation: Jinja templates by name, and the special tokens that these may ask for. */
export interface ChatTemplates {
  named: Record<string, unknown>;
  tokens: Record<string, string>;
}

/** What a folder in Hugging Face layout says: chat_template.jinja comes before tokenizer_config.json. */
export async function folderTemplates(folder: string, config: Record<string, unknown>): Promise<ChatTemplates> {
  const listed = config.chat_template;
  const named: Record<string, unknown> = Array.isArray(listed)
    ? Object.fromEntries(
        listed.flatMap((entry: { name?: unknown; template?: unknown } | null) =>
          typeof entry?.name === 'string' ? [[entry.name, entry.template]] : [],
        ),
      )
    : { default: listed ?? undefined };
  const path = join(folder, 'chat_template.jinja');
  const about = await stat(path).catch(() => undefined);
  if (about?.isFile()) named.default = about.size > 4 * TEMPLATE_LIMIT ? null : await readFile(path, 'utf8');
  const tokens = Object.entries(config).flatMap(([key, value]) => {
    const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
    return key.endsWith('_token') && typeof text === 'string' ? [[key, text]] : [];
  });
  return { named, tokens: Object.fromEntries(tokens) };
}

/** What the metadata of a GGUF file say. */
export function ggufTemplates(metadata: Metadata): ChatTemplates {
  const key = 'tokenizer.chat_template';
  const all = metadata.texts('tokenizer.ggml.tokens') ?? [];
  const ids = { bos_token: 'bos', eos_token: 'eos', unk_token: 'unknown', pad_token: 'padding' };
  const tokens = Object.entries(ids).flatMap(([name, id]) => {
    const token = all[metadata.number(`tokenizer.ggml.${id}_token_id`) ?? -1];
    return token === undefined ? [] : [[name, token]];
  });
  const named = { default: metadata.text(key), tool_use: metadata.text(`${key}.tool_use`) };
  return { named, tokens: Object.fromEntries(tokens) };
}

/**
 * Writes a conversation as the model was taught to read it, up to where its answer begins.
 * @throws CoppiceError `model-unsupported` without a template, `model-invalid` where it refuses the conversation, fails or does
 * not end, `cancelled`
 */
export async function renderChat(
  { named, tokens }: ChatTemplates,
  { messages, tools }: Conversation,
  options: { signal?: AbortSignal; addGenerationPrompt?: boolean } = {},
): Promise<string> {
  const template = (tools ? named.tool_use : undefined) ?? named.default;
  if (template === undefined) {
    throw new CoppiceError(
      'model-unsupported',
      said`The model has no chat template.`,
      said`Choose a model that was taught to chat, or give the text to be continued in place of messages.`,
    );
  }
  if (typeof template !== 'string' || template.length > TEMPLATE_LIMIT) {
    throw broken(said`The model's chat template is not a text of at most ${TEMPLATE_LIMIT} characters.`);
  }
  const { addGenerationPrompt = true, signal } = options;
  const variables = {
    ...tokens,
    // Where nothing is given, transformers passes nothing by name, and templates ask whether it is none.
    ...{ messages, tools: tools ?? null, documents: null, add_generation_prompt: addGenerationPrompt },
  };
  const request = { template, variables, timeLimitMs: TIME_LIMIT_MS, outputLimit: OUTPUT_LIMIT };
  const answer = await inOwnProcess(request, signal);
  throwIfCancelled(signal);
  if (answer.kind === 'failed')
    throw broken(said`The model's chat template cannot be rendered: ${sentence(answer.reason)}`);
  return answer.text;
}

type Rendered = Exclude<RenderAnswer, { kind: 'started' }>;

/** Starts a renderer, and ends it whatever it does. */
function inOwnProcess(request: RenderRequest, signal: AbortSignal | undefined): Promise<Rendered> {
  const child = fork(rendererPath(), {
    execArgv: [`--max-old-space-size=${MEMORY_LIMIT_MB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise<Rendered>((resolve) => {
    const end = (answer: Rendered) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      child.kill('SIGKILL');
      resolve(answer);
    };
    const cancel = () => end({ kind: 'failed', reason: 'It was cancelled.' });
    const late = () => end({ kind: 'failed', reason: 'It does not end.' });
    let timer = setTimeout(late, START_LIMIT_MS);
    signal?.addEventListener('abort', cancel, { once: true });
    child.on('message', (answer: RenderAnswer) => {
      if (answer.kind !== 'started') return end(answer);
      clearTimeout(timer);
      timer = setTimeout(late, TIME_LIMIT_MS + GRACE_MS);
    });
    child.once('exit', () => end({ kind: 'failed', reason: 'It needs more memory than a template may have.' }));
    child.once('error', (error) => end({ kind: 'failed', reason: error.message }));
    child.send(request, () => {});
  });
}

/** Beside a bundle, or in a checkout. */
function rendererPath(): string {
  const bundle = fileURLToPath(new URL('chat-renderer.mjs', import.meta.url));
  return existsSync(bundle) ? bundle : fileURLToPath(new URL('chat-renderer.ts', import.meta.url));
}

function broken(message: Said): CoppiceError {
  return new CoppiceError(
    'model-invalid',
    message,
    said`Change the messages, or give the text to be continued in their place.`,
  );
}

function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
