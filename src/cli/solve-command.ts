import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import { PROGRAM_LANGUAGES } from '../core/contest/frame.ts';
import { contestProblem, LONGEST_PROBLEM } from '../core/contest/problem.ts';
import { CoppiceError } from '../core/errors.ts';
import type { CandidateText } from '../core/protocol.ts';
import { found, type RankedCandidate } from '../run/run-result.ts';
import { judgeSolutions, type SolvingTests, solve } from '../run/solve.ts';
import { readText } from '../run/source-file.ts';
import { Syntax } from '../syntax/syntax.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import { growProgress } from './grow-progress.ts';
import {
  judgeLimits,
  type LimitOptions,
  type ModelOptions,
  readJson,
  type SamplingOptions,
  samplingOf,
  textArgument,
  weightsOf,
  wholeNumber,
  withLimits,
  withModel,
  withSampling,
} from './options.ts';
import { costLines, rankingSummary } from './run-summary.ts';
import { type ComparisonOptions, comparisonOf, withComparison } from './samples.ts';

interface SolveOptions extends SamplingOptions, LimitOptions, ModelOptions, ComparisonOptions {
  language: string;
  statement?: string;
  n: number;
  maxTokens: number;
  reproducible?: boolean;
  observe: boolean;
  confirm: boolean;
  write?: string;
}

export function solveCommand(program: Command, action: Action): void {
  const command = program
    .command('solve')
    .summary('solve a problem of a contest, judged on its samples')
    .description(
      'Grows programs for a problem as Competitive Companion sends it, and ranks them by its samples. Programs that are named are judged instead.',
    )
    .argument('<problem>', 'a JSON file: {"name": "...", "tests": [{"input": "...", "output": "..."}]}')
    .argument('[programs...]', 'programs of your own, all in one language: nothing is grown then')
    .option('--language <l>', PROGRAM_LANGUAGES.join(', '), 'python')
    .option('--statement <text>', 'what the problem says, which is not in that file; @FILE reads it from another');
  withModel(withSampling(withLimits(withComparison(command))))
    .option('-n <n>', 'how many candidates', wholeNumber(1), 32)
    .option('--max-tokens <t>', 'the longest function, in tokens', wholeNumber(1), 256)
    .option('--reproducible', "a candidate's text never depends on the others")
    .option('--no-observe', 'do not run candidates that pass on inputs of our own')
    .option('--no-confirm', 'do not run the best candidate once more')
    .option('--write <file>', 'write the best program that passes')
    .option('--json', 'print one JSON object')
    .action(action(run));
}

async function run(context: CommandContext, path: string, programs: string[], options: SolveOptions): Promise<Outcome> {
  const problem = contestProblem(await readJson(path, LONGEST_PROBLEM));
  const tests = comparisonOf(options);
  const common = { problem, tests, ...judgeLimits(options), observe: options.observe, confirm: options.confirm };
  return programs.length > 0 ? judgeGiven(context, programs, common, options) : growSome(context, common, options);
}

type Common = { problem: ReturnType<typeof contestProblem>; tests: SolvingTests } & ReturnType<typeof judgeLimits> &
  Pick<SolveOptions, 'observe' | 'confirm'>;

async function growSome(
  { terminal, engine, judge, signal }: CommandContext,
  common: Common,
  options: SolveOptions,
): Promise<Outcome> {
  const language = PROGRAM_LANGUAGES.find((name) => name === options.language.toLowerCase());
  if (!language) {
    throw new CoppiceError(
      'language-unsupported',
      `No programs are grown in ${options.language}.`,
      `Name one of ${PROGRAM_LANGUAGES.join(', ')}, or give programs of your own behind the problem.`,
    );
  }
  const statement = options.statement === undefined ? {} : { statement: await textArgument(options.statement) };
  const progress = growProgress(terminal, options.n);
  const result = await solve(
    {
      ...{ ...common, language, ...statement },
      ...{ candidates: options.n, maxTokens: options.maxTokens, sampling: samplingOf(options), model: options.model },
      ...{ ...weightsOf(options), reproducible: options.reproducible === true },
    },
    { syntax: await Syntax.load(), engine, judge },
    // The frame does nothing yet, and says so by failing.
    { signal, onEvent: (event) => event.kind !== 'baseline' && progress(event) },
  );
  const written = await writeBest(options.write, result.ranking);
  return {
    json: result,
    human: () =>
      [
        rankingSummary(result.run, result.ranking, terminal),
        ...costLines(result).map((line) => terminal.paint('dim', line)),
        ...written,
      ].join('\n'),
    exitCode: found(result.ranking) ? EXIT.found : EXIT.nothingPassed,
  };
}

async function judgeGiven(
  { terminal, judge, signal }: CommandContext,
  paths: string[],
  common: Common,
  options: SolveOptions,
): Promise<Outcome> {
  const extensions = new Set(paths.map((path) => extname(path)));
  const [extension = ''] = extensions;
  if (extensions.size > 1) {
    throw new CoppiceError(
      'usage',
      `The programs are in different languages: ${[...extensions].join(', ')}.`,
      'Judge those of each language by themselves, or compare two with `coppice stress`.',
    );
  }
  const names = paths.map((path) => basename(path));
  const candidates = await Promise.all(
    paths.map(async (path, at): Promise<CandidateText> => {
      const isUnique = names.indexOf(names[at]!) === names.lastIndexOf(names[at]!);
      return { id: isUnique ? names[at]! : path, text: await readText(path) };
    }),
  );
  const result = await judgeSolutions(
    candidates,
    extension,
    common,
    { judge, syntax: await Syntax.load() },
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'judged') terminal.status(`judged ${event.done}/${event.total}`);
      },
    },
  );
  const written = await writeBest(options.write, result.ranking);
  return {
    json: result,
    human: () => [rankingSummary(result.run, withoutDiffs(result.ranking), terminal), ...written].join('\n'),
    exitCode: found(result.ranking) ? EXIT.found : EXIT.nothingPassed,
  };
}

/** Whoever gave a program knows it. */
function withoutDiffs(ranking: RankedCandidate[]): RankedCandidate[] {
  return ranking.map((entry) => ({ ...entry, diff: '' }));
}

async function writeBest(path: string | undefined, ranking: RankedCandidate[]): Promise<string[]> {
  if (path === undefined) return [];
  if (!found(ranking)) return [`Nothing was written to ${path}: no program passed.`];
  await writeFile(path, ranking[0]!.text).catch((cause) => {
    throw new CoppiceError('usage', `${path} can not be written.`, 'Name a file in a folder that is there.', cause);
  });
  return [`Best program: ${path}`];
}
