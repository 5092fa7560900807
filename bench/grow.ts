import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SAMPLING } from '../src/core/candidate.ts';
import { CoppiceError } from '../src/core/errors.ts';
import { languageOf } from '../src/core/language.ts';
import { EngineClient } from '../src/run/engine-client.ts';
import { type GrowDependencies, grow } from '../src/run/grow.ts';
import { judgeCandidates } from '../src/run/judge-candidates.ts';
import { JudgeClient } from '../src/run/judge-client.ts';
import { readSourceFile } from '../src/run/source-file.ts';
import { fileWith, findTarget } from '../src/run/target.ts';
import { Syntax } from '../src/syntax/syntax.ts';
import type { Bench, Benchmark } from './harness.ts';
import { SPROUT } from './sprout-model.ts';

type Sizes = 'candidates' | 'max-tokens' | 'functions' | 'samples';

/** A project of `examples/`, with a right and a wrong body of one function to check its tests by. */
interface Example {
  name: string;
  path: string;
  known: { symbol: string; right: string; wrong: string };
}

const EXAMPLES: Example[] = [
  {
    name: 'python',
    path: 'words.py',
    known: {
      symbol: 'count_vowels',
      right: 'return sum(letter in "aeiou" for letter in text.lower())',
      wrong: 'return len(text)',
    },
  },
  {
    name: 'typescript',
    path: 'src/numbers.ts',
    known: {
      symbol: 'clamp',
      right: 'return Math.min(Math.max(value, low), high);',
      wrong: 'return Math.max(value, low);',
    },
  },
];

/** The main job on the functions of `examples/`: growing, judging and ranking at once, as `coppice grow` does it. */
export const benchmark: Benchmark<Sizes> = {
  about: "the examples' functions from prompt to ranking, with Sprout",
  sizes: {
    candidates: { about: 'N', software: [8], hardware: [64] },
    'max-tokens': { about: 'most new tokens of a candidate', software: [64], hardware: [128] },
    functions: { about: 'functions of each example', software: [2], hardware: [3] },
    samples: { about: 'runs of each function', software: [1], hardware: [3] },
  },
  async run(bench) {
    const parts = { syntax: await Syntax.load(), engine: new EngineClient(), judge: new JudgeClient() };
    try {
      const { chosen, problem } = await parts.engine.call({ kind: 'probe', selfTest: false });
      if (!chosen) throw CoppiceError.wrap(problem && CoppiceError.from({ ...problem, code: 'gpu-missing' }));
      const { vendor, device, description, backend, software } = chosen;
      const sizes = bench.on({ vendor, device, description, backend, software });
      await parts.engine.call({ kind: 'inspect', model: SPROUT, load: true });
      for (const example of EXAMPLES) {
        try {
          bench.check('wrong verdicts on bodies written by hand', await wrongVerdicts(example, parts), 0);
        } catch (error) {
          if (CoppiceError.wrap(error).code !== 'runtime-missing') throw error;
          bench.note(`${example.name} is left out: ${(error as Error).message}`);
          continue;
        }
        const { text } = await readSourceFile(workspaceOf(example), example.path);
        const stubs = parts.syntax.functions(languageOf(example.path)!, text).filter(({ isStub }) => isStub);
        for (const { name } of stubs.slice(0, sizes.functions[0])) await measure(bench, example, name, sizes, parts);
      }
    } finally {
      await Promise.all([parts.engine.dispose(), parts.judge.dispose()]);
    }
  },
};

async function measure(
  bench: Bench<Sizes>,
  example: Example,
  symbol: string,
  sizes: Record<Sizes, number[]>,
  parts: GrowDependencies,
): Promise<void> {
  const [N, maxTokens, samples] = [sizes.candidates[0]!, sizes['max-tokens'][0]!, sizes.samples[0]!];
  const request = {
    ...{ workspace: workspaceOf(example), file: example.path, place: { symbol } },
    ...{ tests: { kind: 'auto' as const }, overlays: [], candidates: N, maxTokens, model: SPROUT },
    ...{ sampling: DEFAULT_SAMPLING, reproducible: true, allowUnsandboxed: false },
  };
  await bench.measure(
    { function: symbol, N },
    async () => {
      const start = performance.now();
      let firstPassMs = Number.NaN;
      const { run, ranking } = await grow(request, parts, {
        onEvent: (event) => {
          if (event.kind !== 'judged' || event.report.verdict !== 'passed' || firstPassMs > 0) return;
          firstPassMs = performance.now() - start;
        },
      });
      const passing = ranking.filter(({ report }) => report.verdict === 'passed');
      const { totalMs, prefillMs, decodeMs, judgeMs } = run.timings;
      return {
        ...{ totalMs, prefillMs, decodeMs, judgeMs },
        // Absent where nothing passed.
        ...(passing.length > 0 ? { firstPassMs } : {}),
        passed: passing.reduce((sum, { count }) => sum + count, 0),
        judged: ranking.length,
        promptTokens: run.prompt.tokens - run.prompt.reusedTokens,
        tokensPerSecond: (1000 * run.decoded.tokens) / decodeMs,
      };
    },
    { least: samples, most: samples },
  );
}

/** How many of two known bodies, and of the untouched file, the judge takes for what they are not. */
async function wrongVerdicts(example: Example, { syntax, judge }: GrowDependencies): Promise<number> {
  const workspace = workspaceOf(example);
  const { symbol, right, wrong } = example.known;
  const target = findTarget(syntax, await readSourceFile(workspace, example.path), { symbol });
  const text = (body: string) => fileWith(target, `${target.region.bodyIndent}${body}\n`);
  const { run, ranking } = await judgeCandidates(
    [
      { id: 'right', text: text(right) },
      { id: 'wrong', text: text(wrong) },
    ],
    { workspace, path: example.path, symbol, tests: { kind: 'auto' }, overlays: [], allowUnsandboxed: false },
    { judge, syntax },
  );
  const verdicts = new Map(ranking.map(({ id, report }) => [id, report.verdict]));
  const wanted = [
    verdicts.get('right') === 'passed',
    verdicts.get('wrong') === 'failed',
    run.baseline.verdict !== 'passed',
  ];
  return wanted.filter((isRight) => !isRight).length;
}

function workspaceOf({ name }: Example): string {
  return join(fileURLToPath(new URL('../examples/', import.meta.url)), name);
}
