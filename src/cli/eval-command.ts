import { type Command, InvalidArgumentError, Option } from 'commander';
import { type EvalIsolation, evaluate } from '../run/eval.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { evalProgress } from './eval-progress.ts';
import { evalReport } from './eval-report.ts';
import { EXIT } from './exit-code.ts';
import {
  judgeLimits,
  type LimitOptions,
  type ModelOptions,
  type SamplingOptions,
  samplingOf,
  weightsOf,
  wholeNumber,
  withLimits,
  withModel,
  withSampling,
} from './options.ts';

interface EvalOptions extends SamplingOptions, ModelOptions, LimitOptions {
  n: number;
  k: number[];
  samples?: string;
  resume?: string;
  isolation: EvalIsolation;
  maxTokens: number;
}

/** As the published harness has it. */
const TIMEOUT_MS = 3000;

const WHAT_DECIDES = `
A completion passes when the data set's hidden tests run to their end; pass@k is the chance that one of k does.
rank@1 is how often the completion that the ranking puts first passes. The ranking never sees the hidden tests:
  HumanEval   the examples (>>>) in the prompt's docstring; where there are none, how completions agree on the
              calls in its words
  MBPP        the first assert, which is also one of those that decide
and then the log-probability, where it is known. What is still equal stays in the order it came in.

What passes is run once more with the tests in a process of their own, which asks the completion in another one and gets
only plain data back. One that passes only beside its tests counts as wrong. One that gives objects of its own, say, can
not be told from a cheat: it counts as the published harness has it, and the report says how many there are. For samples
from somebody you do not trust, --isolation require takes these for wrong.

Each k above the number of completions of some problem is left out.`;

export function evalCommand(program: Command, action: Action): void {
  const command = program
    .command('eval')
    .summary('say how many completions of a data set are right: pass@k and rank@1')
    .description('Judges completions for the problems of a data set in the format of HumanEval or MBPP.')
    .argument('<dataset>', 'JSON lines, plain or packed with gzip')
    .addOption(
      new Option('-n <n>', 'how many completions to grow for each problem').argParser(wholeNumber(1)).default(10),
    )
    .option('--k <list>', 'which pass@k to say, as 1,10,100', ascending, [1, 10, 100])
    .addOption(
      new Option(
        '--samples <jsonl>',
        'judge these instead of growing any: one {"task_id", "completion", "logprob"?, "tokens"?} a line',
      ).conflicts(['n', 'model', 'weights', 'maxTokens', 'temperature', 'topK', 'topP', 'minP', 'seed']),
    )
    .addOption(
      new Option('--isolation <how>', 'what a pass is worth that could not be confirmed; off asks for none')
        .choices(['report', 'require', 'off'] satisfies EvalIsolation[])
        .default('report' satisfies EvalIsolation),
    )
    .option('--resume <jsonl>', 'keep results in this file as they come, and go on from those that it has');
  withLimits(withModel(withSampling(command.option('--max-tokens <t>', 'the longest completion', wholeNumber(1), 256))))
    .option('--json', 'print one JSON object')
    .addHelpText('after', WHAT_DECIDES)
    .action(action(run));
}

async function run(context: CommandContext, dataset: string, options: EvalOptions): Promise<Outcome> {
  const { terminal, engine, judge, signal } = context;
  const { n, k: ks, samples, resume, isolation, maxTokens, model } = options;
  const result = await evaluate(
    {
      ...{ dataset, ks, timeoutMs: TIMEOUT_MS, isolation, ...judgeLimits(options) },
      ...(resume === undefined ? {} : { resume }),
      from:
        samples === undefined
          ? { kind: 'model', model, ...weightsOf(options), n, maxTokens, sampling: samplingOf(options) }
          : { kind: 'samples', path: samples },
    },
    { engine, judge },
    { signal, onEvent: evalProgress(terminal) },
  );
  return {
    json: result,
    human: () => evalReport(result, terminal),
    exitCode: result.summary.counts.passed > 0 ? EXIT.found : EXIT.nothingPassed,
  };
}

function ascending(value: string): number[] {
  const ks = value.split(',').map((part) => part.trim());
  if (ks.every((k) => /^[1-9]\d{0,5}$/.test(k))) return [...new Set(ks.map(Number))].sort((a, b) => a - b);
  throw new InvalidArgumentError('It must be whole numbers from 1, with commas between them.');
}
