import type { Command } from 'commander';
import { listModels, resolveModel } from '../run/shelf/shelf.ts';
import { verifyModel } from '../run/shelf/verify.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';

export function modelsCommand(program: Command, action: Action): void {
  const models = program.command('models').description('list, describe and verify the models on this machine');
  models.command('list').description('Lists them.').option('--json', 'print one JSON object').action(action(list));
  models
    .command('info')
    .description("Says what a model is, from its folder's files.")
    .argument('[model]', 'a model of the shelf, or a folder', 'sprout')
    .option('--json', 'print one JSON object')
    .action(action(info));
  models
    .command('verify')
    .description("Compares a model's files with the hashes they should have.")
    .argument('[model]', 'a model of the shelf, or a folder', 'sprout')
    .option('--json', 'print one JSON object')
    .action(action(verify));
}

async function list(_: CommandContext): Promise<Outcome> {
  const models = await listModels();
  const width = Math.max(0, ...models.map((model) => model.name.length));
  return {
    json: { models },
    human: () =>
      models.length === 0
        ? 'No model is on this machine.'
        : models
            .map(({ name, source, bytes, path }) => `${name.padEnd(width)}  ${megabytes(bytes)}  ${source}  ${path}`)
            .join('\n'),
    exitCode: EXIT.found,
  };
}

async function info({ engine, signal }: CommandContext, name: string): Promise<Outcome> {
  const model = await engine.call({ kind: 'inspect', model: await resolveModel(name), load: false }, { signal });
  return {
    json: model,
    human: () =>
      [
        `${model.name}: ${model.architecture}, ${(model.parameters / 1e6).toFixed(1)} M parameters in ${model.dtype}`,
        `${model.layers} layers, width ${model.width}, vocabulary ${model.vocabulary}, ${model.maxPositions} positions`,
        `${model.hasTokenizer ? 'tokenizer' : 'no tokenizer'}, dialect ${model.dialect}, ${megabytes(model.bytes)}`,
        model.path,
      ].join('\n'),
    exitCode: EXIT.found,
  };
}

async function verify({ signal }: CommandContext, name: string): Promise<Outcome> {
  const path = await resolveModel(name);
  const files = await verifyModel(path, signal);
  const ok = files.every((file) => file.status === 'ok' || file.status === 'unknown');
  return {
    json: { path, ok, files },
    human: () =>
      files.map(({ file, status, detail }) => `${status.padEnd(7)}  ${file}${detail ? `: ${detail}` : ''}`).join('\n'),
    exitCode: ok ? EXIT.found : EXIT.environment,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
