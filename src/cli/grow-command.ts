import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { CoppiceError } from '../core/errors.ts';
import { grow } from '../run/grow.ts';
import { found, type RunResult } from '../run/run-result.ts';
import { workspaceOf } from '../run/source-file.ts';
import { Syntax } from '../syntax/syntax.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import { growProgress } from './grow-progress.ts';
import {
  type ContextOptions,
  contextOf,
  judgeLimits,
  type ModelOptions,
  observingOf,
  type PlaceOptions,
  placeOf,
  type SamplingOptions,
  samplingOf,
  type TestOptions,
  testsOf,
  textArgument,
  weightsOf,
  wholeNumber,
  withContext,
  withModel,
  withPlace,
  withSampling,
  withTests,
} from './options.ts';
import { costLines, rankingSummary } from './run-summary.ts';

interface GrowOptions extends SamplingOptions, PlaceOptions, TestOptions, ModelOptions, ContextOptions {
  problem?: string;
  workspace?: string;
  n: number;
  maxTokens: number;
  search: 'independent' | 'tree';
  reproducible?: boolean;
  generatedTests?: number;
  write?: string;
}

export function growCommand(program: Command, action: Action): void {
  const command = program
    .command('grow')
    .summary('grow candidates for a function, test them and rank them')
    .description('Grows candidates for one function of FILE, runs the tests on each and ranks them.')
    .argument('<file>', 'the file with the function')
    .option('--problem <text>', 'what to write, besides what the file says; @FILE reads it from a file')
    .option('--workspace <dir>', 'the project folder (default: the nearest one above the file with a project file)');
  withContext(withModel(withSampling(withTests(withPlace(command)))))
    .option('-n <n>', 'how many candidates', wholeNumber(1), 32)
    .option('--max-tokens <t>', 'the longest body, in tokens', wholeNumber(1), 192)
    .addOption(
      new Option('--search <how>', 'how the tree of candidates is searched')
        .choices(['independent', 'tree'])
        .default('independent'),
    )
    .option('--reproducible', "a candidate's text never depends on the others")
    .option(
      '--generated-tests <m>',
      'how many tests the model tries to write beside, which never outrank yours (default: up to 32 where you have few, and none by sprout)',
      wholeNumber(0),
    )
    .option('--write <patch>', 'write the best candidate that passes as a patch')
    .option('--json', 'print one JSON object')
    .action(action(run));
}

async function run(context: CommandContext, file: string, options: GrowOptions): Promise<Outcome> {
  const { terminal, engine, judge, signal } = context;
  if (options.search === 'tree') {
    throw new CoppiceError('usage', 'Tree search is not in this version.', 'Use --search independent.');
  }
  const syntax = await Syntax.load();
  const result = await grow(
    {
      workspace: resolve(options.workspace ?? workspaceOf(file)),
      file: resolve(file),
      ...placeOf(options),
      ...(options.problem === undefined ? {} : { problem: await textArgument(options.problem) }),
      tests: testsOf(options.tests),
      overlays: [],
      candidates: options.n,
      maxTokens: options.maxTokens,
      sampling: samplingOf(options),
      model: options.model,
      ...weightsOf(options),
      ...contextOf(options),
      reproducible: options.reproducible === true,
      ...judgeLimits(options),
      ...observingOf(options),
      ...(options.generatedTests === undefined ? {} : { generatedTests: options.generatedTests }),
    },
    { syntax, engine, judge },
    { signal, onEvent: growProgress(terminal, options.n) },
  );
  const success = found(result.ranking);
  const written = options.write === undefined ? undefined : await writeBest(options.write, result, success);
  return {
    json: result,
    human: () =>
      [
        rankingSummary(result.run, result.ranking, terminal),
        ...costLines(result).map((line) => terminal.paint('dim', line)),
        ...(written ? [written] : []),
      ].join('\n'),
    exitCode: success ? EXIT.found : EXIT.nothingPassed,
  };
}

async function writeBest(path: string, { run, ranking }: RunResult, success: boolean): Promise<string> {
  if (!success) return `Nothing was written to ${path}: no candidate passed.`;
  await writeFile(path, ranking[0]!.diff).catch((cause) => {
    throw new CoppiceError('usage', `${path} can not be written.`, 'Name a file in a folder that is there.', cause);
  });
  return `Best candidate: ${path} (apply it in ${run.workspace} with: patch -p1).`;
}
