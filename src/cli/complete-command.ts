import type { Command } from 'commander';
import { parseConversation } from '../core/conversation.ts';
import { CoppiceError } from '../core/errors.ts';
import type { CompletePrompt } from '../core/protocol.ts';
import { resolveModel } from '../run/shelf/shelf.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import {
  collected,
  type ModelOptions,
  readJson,
  type SamplingOptions,
  samplingOf,
  textArgument,
  weightsOf,
  wholeNumber,
  withModel,
  withSampling,
} from './options.ts';

interface CompleteOptions extends SamplingOptions, ModelOptions {
  chat?: boolean;
  heal?: boolean;
  promptIds?: string;
  n: number;
  maxTokens: number;
  stop: string[];
  logprobs: number;
}

export function completeCommand(program: Command, action: Action): void {
  const command = program
    .command('complete')
    .summary('continue a text, without prompt tree and tests')
    .description('Continues a text as the model would: no prompt tree, no tests.')
    .argument('[prompt]', 'the text, @FILE, or - for standard input')
    .option(
      '--chat',
      "answer a conversation by the model's chat template: the text is JSON messages, or one user's words",
    )
    .option('--heal', 'draw the last token of a text anew, since the text may end in the middle of a longer one')
    .option('--prompt-ids <json>', 'a file with a JSON array of token ids, instead of a text')
    .option('-n <n>', 'how many continuations', wholeNumber(1), 1)
    .option('--max-tokens <t>', 'the longest continuation, in tokens', wholeNumber(1), 128)
    .option('--stop <text>', 'end before this text (repeatable)', collected, [])
    .option('--logprobs <k>', 'report the k most likely tokens of each step', wholeNumber(0), 0);
  withSampling(withModel(command)).option('--json', 'print one JSON object').action(action(run));
}

async function run(
  { engine, signal, terminal }: CommandContext,
  prompt: string | undefined,
  options: CompleteOptions,
): Promise<Outcome> {
  const { n, maxTokens, logprobs } = options;
  const result = await engine.call(
    {
      kind: 'complete',
      prompt: await promptOf(prompt, options),
      model: await resolveModel(options.model),
      ...weightsOf(options),
      ...{ n, sampling: samplingOf(options), logprobs },
      stop: { maxTokens, strings: options.stop },
      heal: options.heal === true,
    },
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'step') terminal.status(`${event.live} growing, ${event.tokens} tokens`);
        if (event.kind === 'note') terminal.note(event.text);
      },
    },
  );
  return {
    json: result,
    human: () =>
      result.choices
        .map(({ text }, index) => (n === 1 ? text : `${terminal.paint('dim', `--- ${index + 1}`)}\n${text}`))
        .join('\n'),
    exitCode: EXIT.found,
  };
}

async function promptOf(
  prompt: string | undefined,
  { promptIds: idsFile, chat }: CompleteOptions,
): Promise<CompletePrompt> {
  if ((prompt === undefined) === (idsFile === undefined)) {
    throw new CoppiceError('usage', 'A prompt is needed, as text or as ids.', 'Give PROMPT or --prompt-ids FILE.');
  }
  if (chat && idsFile !== undefined) {
    throw new CoppiceError('usage', 'Token ids are no conversation.', 'Give PROMPT with --chat, or ids without it.');
  }
  if (prompt !== undefined) {
    const text = await textArgument(prompt);
    return chat ? { kind: 'chat', conversation: parseConversation(text) } : { kind: 'text', text };
  }
  const ids = await readJson(idsFile!);
  if (Array.isArray(ids) && ids.length > 0 && ids.every((id) => Number.isInteger(id) && id >= 0)) {
    return { kind: 'ids', ids };
  }
  throw new CoppiceError('usage', `${idsFile} is not an array of token ids.`, 'Write a JSON array of whole numbers.');
}
