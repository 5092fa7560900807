import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CoppiceError } from '../core/errors.ts';
import type { CandidateText } from '../core/protocol.ts';
import { judgeCandidates } from '../run/judge-candidates.ts';
import { found } from '../run/run-result.ts';
import { readText } from '../run/source-file.ts';
import { Syntax } from '../syntax/syntax.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import { readGeneratedTests } from './generated-tests.ts';
import { judgeLimits, observingOf, type TestOptions, testsOf, withTests } from './options.ts';
import { rankingSummary } from './run-summary.ts';
import { type SampleOptions, samplesOf, withSamples } from './samples.ts';

interface JudgeCommandOptions extends TestOptions, SampleOptions {
  workspace: string;
  file: string;
  candidates: string;
  symbol?: string;
  generatedTests?: string;
}

export function judgeCommand(program: Command, action: Action): void {
  const command = program
    .command('judge')
    .summary('test and rank candidates from anywhere')
    .description('Runs the tests on candidates from anywhere and ranks them. Needs no GPU.')
    .requiredOption('--workspace <dir>', 'the project folder; its files are never touched')
    .requiredOption('--file <path>', 'the file that candidates replace, relative to the workspace')
    .requiredOption('--candidates <jsonl>', 'one {"id", "text", "logprob"?, "tokens"?} a line; text is the whole file')
    .option('--symbol <name>', 'the function that candidates change, to find its tests')
    .option('--generated-tests <jsonl>', 'what a model wrote: one {"input": "f(1)", "expected": "2"} a line');
  withSamples(withTests(command)).option('--json', 'print one JSON object').action(action(run));
}

async function run({ terminal, judge, signal }: CommandContext, options: JudgeCommandOptions): Promise<Outcome> {
  const candidates = parseCandidates(options.candidates, await readText(options.candidates));
  const path = options.file.replaceAll('\\', '/').replace(/^\.\//, '');
  const syntax = await Syntax.load();
  const { symbol, generatedTests } = options;
  const generated =
    generatedTests === undefined ? [] : await readGeneratedTests(generatedTests, { path, symbol }, syntax);
  const result = await judgeCandidates(
    candidates,
    {
      workspace: resolve(options.workspace),
      path,
      tests:
        options.samples === undefined ? testsOf(options.tests) : { kind: 'samples', ...(await samplesOf(options)) },
      ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
      overlays: [],
      ...judgeLimits(options),
      ...observingOf(options),
    },
    { judge, syntax },
    {
      signal,
      generated,
      onEvent: (event) => {
        if (event.kind === 'judged') terminal.status(`judged ${event.done}/${event.total}`);
      },
    },
  );
  return {
    json: result,
    human: () => rankingSummary(result.run, result.ranking, terminal),
    exitCode: found(result.ranking) ? EXIT.found : EXIT.nothingPassed,
  };
}

/** Reads candidates, one JSON object a line. Throws `candidates-invalid` with the line. */
function parseCandidates(path: string, jsonl: string): CandidateText[] {
  const seen = new Set<string>();
  const candidates = jsonl.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const invalid = (what: string, cause?: unknown) =>
      new CoppiceError(
        'candidates-invalid',
        `${path}, line ${index + 1}: ${what}.`,
        'Each line is {"id": "...", "text": "whole new content of the file", "logprob"?: -1.2}.',
        cause,
      );
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw invalid('it is not JSON', cause);
    }
    if (typeof value !== 'object' || value === null) throw invalid('it is not an object');
    const { id, text, logprob, tokens } = value as Record<string, unknown>;
    if (typeof id !== 'string' || id === '') throw invalid('"id" is not a string');
    if (typeof text !== 'string') throw invalid('"text" is not a string');
    if (seen.has(id)) throw invalid(`the id "${id}" is there twice`);
    seen.add(id);
    const isAbsent = (number: unknown) => number === undefined || number === null;
    if (!isAbsent(logprob) && typeof logprob !== 'number') throw invalid('"logprob" is not a number');
    if (!isAbsent(tokens) && typeof tokens !== 'number') throw invalid('"tokens" is not a number');
    return [
      {
        ...{ id, text },
        ...(typeof logprob === 'number' ? { logprob } : {}),
        ...(typeof tokens === 'number' ? { tokens } : {}),
      },
    ];
  });
  if (candidates.length === 0) {
    throw new CoppiceError('candidates-invalid', `${path} holds no candidate.`, 'Write one JSON object a line.');
  }
  return candidates;
}
