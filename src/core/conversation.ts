import { CoppiceError } from './errors.ts';
import { said } from './said.ts';

/** One message. Content is text, or whatever else the model's template knows; there may be more members, as tool calls. */
export interface ChatMessage {
  role: string;
  [member: string]: unknown;
}

/** What a chat model answers to, in the form of OpenAI's API. */
export interface Conversation {
  messages: ChatMessage[];
  /** The tools that the model may call, as JSON schemas. */
  tools?: unknown[];
}

/**
 * A conversation from text: a JSON array of messages, an object with `messages` and perhaps `tools`, or else the words of one user.
 * @throws CoppiceError `usage`
 */
export function parseConversation(text: string): Conversation {
  if (!/^\s*(\[\s*[{\]]|\{\s*"(messages|tools)")/.test(text)) return { messages: [{ role: 'user', content: text }] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CoppiceError(
      'usage',
      said`The messages are not JSON.`,
      said`Write [{"role": "user", "content": "..."}].`,
      cause,
    );
  }
  const { messages, tools } = (Array.isArray(value) ? { messages: value } : value) as Record<string, unknown>;
  const isMessage = (message: unknown) =>
    typeof message === 'object' && message !== null && typeof (message as ChatMessage).role === 'string';
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
    throw new CoppiceError(
      'usage',
      said`The messages are not a list of objects with a role each.`,
      said`Write [{"role": "user", "content": "..."}].`,
    );
  }
  if (tools !== undefined && !Array.isArray(tools)) {
    throw new CoppiceError(
      'usage',
      said`The tools are not a list.`,
      said`Give an array of JSON schemas, or leave them out.`,
    );
  }
  return { messages, ...(tools === undefined ? {} : { tools }) };
}
