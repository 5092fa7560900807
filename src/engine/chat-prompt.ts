import type { Conversation } from '../core/conversation.ts';
import { CoppiceError } from '../core/errors.ts';
import { type Said, said } from '../core/said.ts';
import { type ChatTemplates, renderChat } from './weights/chat-template.ts';
import type { Tokenizer } from './weights/tokenizer.ts';

/** Characters of a private plane, which texts hardly ever have. */
const SEAMS = { first: 0xf0000, count: 4096 };

/**
 * The tokens of a conversation. Special tokens that the template writes act; those that a message spells are text.
 * @throws CoppiceError as `renderChat` does, and `usage` where the conversation can't be written as JSON
 */
export async function chatPrompt(
  conversation: Conversation,
  templates: ChatTemplates,
  tokenizer: Tokenizer,
  signal: AbortSignal,
): Promise<number[]> {
  let text: string;
  try {
    text = JSON.stringify(conversation);
  } catch (cause) {
    throw unusable(said`The conversation cannot be written as JSON.`, cause);
  }
  const all = text + Object.values(templates.named).join('');
  const seam = Array.from({ length: SEAMS.count }, (_, i) => String.fromCodePoint(SEAMS.first + i)).find(
    (character) => !all.includes(character),
  );
  if (seam === undefined) throw unusable(said`The conversation uses all characters of a private plane.`);
  const seal = (spelt: string) => tokenizer.seal(spelt, seam);
  const sealed = JSON.parse(text, (_, value: unknown) => {
    if (typeof value === 'string') return seal(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [seal(key), member]));
  }) as Conversation;
  return tokenizer.encodeSealed(await renderChat(templates, sealed, { signal }), seam);
}

function unusable(message: Said, cause?: unknown): CoppiceError {
  return new CoppiceError('usage', message, said`Change the messages.`, cause);
}
