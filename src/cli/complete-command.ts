import type { Command } from 'commander';
import { CoppiceError } from '../core/errors.ts';
import { resolveModel } from '../run/shelf/shelf.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import {
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
    .option('--prompt-ids <json>', 'a file with a JSON array of token ids, instead of a text')
    .option('-n <n>', 'how many continuations', wholeNumber(1), 1)
    .option('--max-tokens <t>', 'the longest continuation, in tokens', wholeNumber(1), 128)
    .option('--stop <text...>', 'end before the first of these', [])
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
      prompt: await promptOf(prompt, options.promptIds),
      model: await resolveModel(options.model),
      ...weightsOf(options),
      ...{ n, sampling: samplingOf(options), logprobs },
      stop: { maxTokens, strings: options.stop },
    },
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'step') terminal.status(`${event.live} growing, ${event.tokens} tokens`);
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

type Prompt = { kind: 'text'; text: string } | { kind: 'ids'; ids: number[] };

async function promptOf(prompt: string | undefined, idsFile: string | undefined): Promise<Prompt> {
  if ((prompt === undefined) === (idsFile === undefined)) {
    throw new CoppiceError('usage', 'A prompt is needed, as text or as ids.', 'Give PROMPT or --prompt-ids FILE.');
  }
  if (prompt !== undefined) return { kind: 'text', text: await textArgument(prompt) };
  const ids = await readJson(idsFile!);
  if (Array.isArray(ids) && ids.length > 0 && ids.every((id) => Number.isInteger(id) && id >= 0)) {
    return { kind: 'ids', ids };
  }
  throw new CoppiceError('usage', `${idsFile} is not an array of token ids.`, 'Write a JSON array of whole numbers.');
}
