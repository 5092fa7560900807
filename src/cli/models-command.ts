import type { Command } from 'commander';
import { adapterName } from '../core/adapter-name.ts';
import { CoppiceError } from '../core/errors.ts';
import { forgetModel, rememberModel } from '../run/shelf/added.ts';
import {
  bestOf,
  type DescribedModel,
  describeModel,
  type Gpu,
  gpuInUse,
  type RecommendedHere,
  recommendedHere,
} from '../run/shelf/describe.ts';
import { deleteDownload, folderOf, unfinishedDownloads } from '../run/shelf/downloads.ts';
import { EMBEDDED_MODEL } from '../run/shelf/embedded-model.ts';
import { inspectModel } from '../run/shelf/inspect.ts';
import { pullModel } from '../run/shelf/pull.ts';
import { isMeant, parseRemoteName } from '../run/shelf/remote-name.ts';
import { findModel, listModels, modelAt, resolveModel } from '../run/shelf/shelf.ts';
import { verifyModel } from '../run/shelf/verify.ts';
import { fitWords, needWords, progressWords, sizeWords, sourceWords } from '../run/shelf/words.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import { WHICH_MODEL } from './options.ts';
import type { Terminal } from './terminal.ts';

export function modelsCommand(program: Command, action: Action): void {
  const models = program.command('models').description('list, download, describe, verify and remove models');
  const add = (name: string, description: string) =>
    models.command(name).description(description).option('--json', 'print one JSON object');
  add('list', 'Lists the models on this machine, and what each would need of its GPU.').action(action(list));
  add('recommend', 'Names models that are good at code, and the best one for this GPU.').action(action(recommend));
  add('pull', 'Downloads a model from the Hugging Face hub; what was cut is gone on with.')
    .argument('<name>', 'one that `recommend` names, OWNER/MODEL, OWNER/MODEL:Q4_K_M or OWNER/MODEL/FILE.gguf')
    .action(action(pull));
  add('add', 'Puts a model folder or a .gguf file on the shelf; it stays where it is.')
    .argument('<path>')
    .action(action(put));
  add('remove', 'Deletes a model that was downloaded, or takes one that was added off the shelf.')
    .argument('<model>')
    .option('--yes', 'do not ask')
    .action(action(remove));
  add('info', "Says what a model is, from its folder's files.")
    .argument('[model]', WHICH_MODEL, EMBEDDED_MODEL)
    .action(action(info));
  add('verify', "Compares a model's files with the hashes they should have.")
    .argument('[model]', WHICH_MODEL, EMBEDDED_MODEL)
    .action(action(verify));
}

async function list({ engine, terminal, signal }: CommandContext): Promise<Outcome> {
  terminal.status('looking for models');
  const gpu = await gpuInUse(engine, signal);
  const models: DescribedModel[] = [];
  for (const model of await listModels()) {
    terminal.status(`reading ${model.name}`);
    models.push(await describeModel(model, { engine, gpu, signal }));
  }
  const unfinished = await unfinishedDownloads();
  return {
    json: { gpu: gpu ?? null, models, unfinished },
    human: () => {
      const rows = models.map((model) => [
        model.name,
        sizeWords(model.bytes),
        sourceWords(model.source),
        model.licence ?? 'licence not known',
        ...(model.need ? [needWords(model.need)] : []),
        fitWords(model),
      ]);
      const left = unfinished.map(
        ({ name, bytes }) => `${name}: ${sizeWords(bytes)} of a download that did not end; pull it again, or remove it`,
      );
      return [...table(rows), ...left, '', gpuWords(gpu), '`coppice models recommend` names others.'].join('\n');
    },
    exitCode: EXIT.found,
  };
}

async function recommend({ engine, terminal, signal }: CommandContext): Promise<Outcome> {
  terminal.status('looking at the GPU');
  const gpu = await gpuInUse(engine, signal);
  const models = await recommendedHere(engine, gpu);
  const best = bestOf(models, gpu);
  return {
    json: {
      gpu: gpu ?? null,
      best: best?.model.name ?? null,
      models: models.map(({ model, ...here }) => ({ ...model, ...here })),
    },
    human: () => [...table(models.map(recommendedRow)), '', gpuWords(gpu), adviceWords(best, gpu)].join('\n'),
    exitCode: EXIT.found,
  };
}

function recommendedRow({ model, need, problem }: RecommendedHere): string[] {
  const state = problem === undefined ? needWords(need) : 'does not work yet';
  return [
    model.name,
    sizeWords(model.bytes),
    state,
    fitWords({ fillsIn: model.dialect !== 'plain' }),
    model.licence,
    model.terms === undefined ? model.about : `${model.about}; ${model.terms}`,
  ];
}

function adviceWords(best: RecommendedHere | undefined, gpu: Gpu | undefined): string {
  if (!best) return 'None of them fits; Sprout, which comes with Coppice, does.';
  const pull = `coppice models pull ${best.model.name}`;
  if (gpu && !gpu.adapter.software) return `The best one for it: ${pull}`;
  return `Without a GPU even the smallest is slow. Sprout, which comes with Coppice, is quick but knows little. To try: ${pull}`;
}

function gpuWords(gpu: Gpu | undefined): string {
  if (!gpu) return 'GPU: none';
  const memory = gpu.memoryBytes === undefined ? 'its memory is not known' : `${sizeWords(gpu.memoryBytes)} for models`;
  return `GPU: ${adapterName(gpu.adapter)}, ${memory}`;
}

async function pull({ engine, terminal, signal }: CommandContext, name: string): Promise<Outcome> {
  terminal.status(`asking for ${name}`);
  const pulled = await pullModel(name, engine, {
    signal,
    onProgress: (progress) => terminal.status(`${name}: ${progressWords(progress)}`),
  });
  const path = pulled.model.path;
  const model = (await listModels()).find((each) => each.path === path);
  if (!model) throw new CoppiceError('model-invalid', `${path} is no model.`, 'Choose another one.');
  const described = await describeModel(model, { engine, gpu: await gpuInUse(engine, signal), signal });
  const isNew = pulled.kind === 'downloaded' && pulled.model.downloaded;
  if (described.problem !== undefined) terminal.note(`${model.name} ${fitWords(described)}`);
  return {
    json: {
      ...described,
      downloaded: isNew,
      ...(pulled.kind === 'downloaded' ? { revision: pulled.model.revision } : {}),
    },
    human: () => {
      const state = isNew
        ? `downloaded, ${sizeWords(model.bytes)}, each file as the hub says`
        : `here already (${sourceWords(model.source)})`;
      return `${model.name}: ${state}\n${path}\nUse it with --model ${name}, or in VS Code with Coppice: Choose a Model.`;
    },
    exitCode: described.problem === undefined ? EXIT.found : EXIT.environment,
  };
}

async function put({ engine, signal }: CommandContext, path: string): Promise<Outcome> {
  const found = await modelAt(path);
  await engine.call({ kind: 'inspect', model: found, load: false }, { signal });
  await rememberModel(found);
  const model = await inspectModel(engine, found, signal);
  return {
    json: model,
    human: () => `${model.name} is on the shelf: ${found}`,
    exitCode: EXIT.found,
  };
}

async function remove({ terminal }: CommandContext, name: string, { yes }: { yes?: true }): Promise<Outcome> {
  const model = findModel(await listModels(), name);
  const part = await unfinishedOf(name);
  if (model?.source === 'added') {
    await forgetModel(model.path);
    const text = `${model.name} is off the shelf; ${model.path} is still there.`;
    return { json: { removed: model.path, deleted: false }, human: () => text, exitCode: EXIT.found };
  }
  if (model && model.source !== 'downloaded') {
    const owner =
      model.source === 'embedded'
        ? 'it comes with Coppice'
        : `it belongs to ${sourceWords(model.source)}, which can remove it`;
    throw new CoppiceError(
      'usage',
      `${model.name} was not downloaded by Coppice: ${owner}.`,
      'Name one that was downloaded or added.',
    );
  }
  const folder = model ? folderOf(model) : part?.folder;
  if (folder === undefined)
    throw new CoppiceError('model-not-found', `There is no model "${name}".`, 'See `coppice models list`.');
  if (!yes) await requireConsent(terminal, `Delete ${folder}?`);
  await deleteDownload(folder);
  return { json: { removed: folder, deleted: true }, human: () => `${folder} is deleted.`, exitCode: EXIT.found };
}

async function unfinishedOf(name: string) {
  const remote = parseRemoteName(name);
  return (await unfinishedDownloads()).find(
    (each) => each.name === name || (remote && isMeant(each.name.replace(/\.gguf$/, ''), remote)),
  );
}

async function requireConsent(terminal: Terminal, question: string): Promise<void> {
  if (terminal.json || !(await terminal.confirm(question))) {
    throw new CoppiceError('usage', 'Nothing was deleted.', 'Answer with y, or give --yes.');
  }
}

async function info({ engine, signal }: CommandContext, name: string): Promise<Outcome> {
  const model = await inspectModel(engine, name, signal);
  return {
    json: model,
    human: () =>
      [
        `${model.name}: ${model.architecture}, ${(model.parameters / 1e6).toFixed(1)} M parameters in ${model.dtype}`,
        `${model.layers} layers, width ${model.width}, vocabulary ${model.vocabulary}, ${model.maxPositions} positions`,
        `${model.hasTokenizer ? 'tokenizer' : 'no tokenizer'}, ${fitWords({ fillsIn: model.dialect !== 'plain' })} (dialect ${model.dialect}), ${sizeWords(model.bytes)}`,
        `licence: ${model.licence ?? 'not known'}`,
        model.path,
      ].join('\n'),
    exitCode: EXIT.found,
  };
}

async function verify({ engine, signal }: CommandContext, name: string): Promise<Outcome> {
  const path = await resolveModel(name);
  const files = await verifyModel(path, engine, signal);
  const ok = files.every((file) => file.status === 'ok' || file.status === 'unknown');
  return {
    json: { path, ok, files },
    human: () =>
      [
        ...files.map(({ file, status, detail }) => `${status.padEnd(7)}  ${file}${detail ? `: ${detail}` : ''}`),
        ...(ok ? [] : ['', 'The model is not as it was made. Remove it and download it again.']),
      ].join('\n'),
    exitCode: ok ? EXIT.found : EXIT.environment,
  };
}

/** Rows as lines whose columns stand below each other. */
function table(rows: string[][]): string[] {
  const widest = (at: number) => Math.max(...rows.map((row) => row[at]?.length ?? 0));
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widest(at)))).join('  '));
}
