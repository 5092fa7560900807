import type { Command } from 'commander';
import { EMBEDDED_MODEL } from '../run/shelf/embedded-model.ts';
import { resolveModel } from '../run/shelf/shelf.ts';
import { readText } from '../run/source-file.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import { textArgument, WHICH_MODEL } from './options.ts';

interface TokenizeOptions {
  model: string;
  special?: boolean;
}

export function tokenizeCommand(program: Command, action: Action): void {
  program
    .command('tokenize')
    .summary("print a text's tokens")
    .description(
      'Prints the token ids of a file, or of standard input, and the text of each: those of the text alone, without the token that some models want at the beginning of a prompt.',
    )
    .argument('<file>', 'a file, or - for standard input')
    .option('--model <m>', WHICH_MODEL, EMBEDDED_MODEL)
    .option('--special', 'take special tokens in the text as such')
    .option('--json', 'print one JSON object')
    .action(action(run));
}

async function run({ engine, signal }: CommandContext, file: string, options: TokenizeOptions): Promise<Outcome> {
  const text = file === '-' ? await textArgument('-') : await readText(file);
  const model = await resolveModel(options.model);
  const result = await engine.call({ kind: 'tokenize', model, text, special: options.special === true }, { signal });
  const { ids, pieces } = result;
  return {
    json: result,
    human: () =>
      [
        ...ids.map((id, index) => `${String(id).padStart(7)}  ${JSON.stringify(pieces[index])}`),
        `${ids.length} tokens`,
      ].join('\n'),
    exitCode: EXIT.found,
  };
}
