/**
 * How often the best of the ranking is right, where the ranking sees few tests or none: the same 30 candidates of a
 * problem chosen from in several ways. Candidates were sampled once from Sprout and lie beside this, with what the
 * problem's own tests say of each; the visible tests and the inputs of ours are run now, as `coppice judge` does. Tests that
 * a model wrote are of three kinds: what Sprout wrote when it was asked, once; and, to see what better and worse ones would
 * do, hidden assertions, all or half or none of them right.
 *
 *   npm run bench -- selection [--json] [--limit PROBLEMS] [--visible 0,1] [--out FILE]
 *   npm run bench -- selection --sample PROBLEMS.jsonl,...        samples anew, which takes 4 s a problem without a GPU
 *   npm run bench -- selection --sample-tests                     has Sprout write tests of the same problems anew
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_SAMPLING } from '../src/core/candidate.ts';
import { CoppiceError } from '../src/core/errors.ts';
import type { GeneratedTest } from '../src/core/generated-test.ts';
import { writtenTest } from '../src/run/generated-tests.ts';
import { judgeCandidates } from '../src/run/judge-candidates.ts';
import { JudgeClient } from '../src/run/judge-client.ts';
import type { RankedCandidate } from '../src/run/run-result.ts';
import { Syntax } from '../src/syntax/syntax.ts';
import { machineFacts, versions } from './harness.ts';
import { type Estimate, estimate } from './selection/bootstrap.ts';
import { assertionsOf, inWorkspace, withAssertions, withoutTests } from './selection/cases.ts';
import { BY_TESTS, chance, filtered, METHODS } from './selection/methods.ts';
import {
  isRight,
  type ProblemSamples,
  readSamples,
  type SampleSettings,
  sample,
  TIMEOUT_MS,
  writeSamples,
} from './selection/sample.ts';
import { countTests, drawTests, hiddenTests, mistaken, rankedBy, readTests, writeTests } from './selection/tests.ts';
import { readProblems } from './sprout/problem.ts';

const SAMPLES = new URL('selection/samples.jsonl.gz', import.meta.url);
/** Hotter than `grow` samples by default, so that more problems have right and wrong candidates. */
const SETTINGS: SampleSettings = {
  ...{ model: 'sprout', n: 30, maxTokens: 192 },
  sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 },
};
const TESTS = new URL('selection/tests.jsonl.gz', import.meta.url);
/** As `grow` samples by default. */
const TEST_SETTINGS: SampleSettings = { model: 'sprout', n: 16, maxTokens: 64, sampling: DEFAULT_SAMPLING };
/** Problems on their way at once, so that no core waits for the start of a session. */
const LANES = 2;

interface Chosen {
  id: string;
  /** Some of its candidates are right and some are wrong: only such a problem can be decided badly. */
  mixed: boolean;
  /** Candidates that the visible tests leave over. */
  left: number;
  /** The probability that a method chooses a right one, by its name. */
  chances: Record<string, number>;
  /** What Sprout wrote where it was asked for tests; `right` is null where no candidate is right. */
  tests: { written: number; usable: number; right: number | null };
}

interface Setting {
  visible: number;
  /** Tests that Sprout wrote for these problems; those known to be right, of those that can be known. */
  tests: { written: number; usable: number; right: number; known: number };
  all: Record<string, Estimate>;
  mixed: Record<string, Estimate>;
  /** Coppice less the other, problem by problem, over the mixed ones. */
  ahead: Record<string, Estimate>;
  problems: Chosen[];
}

interface Parts {
  judge: JudgeClient;
  syntax: Syntax;
  drawn: Map<string, string[]>;
}

async function measure(problems: readonly ProblemSamples[], visible: number): Promise<Setting> {
  const judge = new JudgeClient();
  const parts = { judge, syntax: await Syntax.load(), drawn: await readTests(TESTS) };
  const chosen = new Map<ProblemSamples, Chosen>();
  const waiting = problems.values();
  const lane = async () => {
    for (const problem of waiting) {
      chosen.set(problem, await choose(problem, visible, parts));
      const { id } = problem.problem;
      if (chosen.size % 20 === 0)
        console.error(`selection: ${visible} visible, ${chosen.size}/${problems.length} ${id}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    await judge.dispose();
  }
  const all = problems.map((problem) => chosen.get(problem)!);
  const mixed = all.filter(({ mixed }) => mixed);
  const names = Object.keys(all[0]?.chances ?? {});
  const over = (list: Chosen[], value: (chances: Record<string, number>, name: string) => number) =>
    Object.fromEntries(names.map((name) => [name, estimate(list.map(({ chances }) => value(chances, name)))]));
  const total = (list: number[]) => list.reduce((sum, n) => sum + n, 0);
  const told = all.filter(({ tests }) => tests.right !== null);
  return {
    visible,
    tests: {
      written: total(all.map(({ tests }) => tests.written)),
      usable: total(all.map(({ tests }) => tests.usable)),
      right: total(told.map(({ tests }) => tests.right!)),
      known: total(told.map(({ tests }) => tests.usable)),
    },
    all: over(all, (chances, name) => chances[name]!),
    mixed: over(mixed, (chances, name) => chances[name]!),
    ahead: over(mixed, (chances, name) => chances.Coppice! - chances[name]!),
    problems: all,
  };
}

async function choose(
  { problem, texts }: ProblemSamples,
  visible: number,
  { judge, syntax, drawn }: Parts,
): Promise<Chosen> {
  const assertions = assertionsOf(problem);
  const shown = visible === 0 ? withoutTests(problem) : withAssertions(problem, assertions.slice(0, visible));
  const written = drawn.get(problem.id) ?? [];
  const ofSprout = written.flatMap((text) => writtenTest(syntax, problem, text) ?? []);
  const right = hiddenTests(syntax, problem, assertions.slice(visible));
  const wrong = mistaken(right);
  const half = right.map((test, at) => (at % 2 === 0 ? test : (wrong[at] ?? test)));
  const { run, ranking } = await inWorkspace(shown, (workspace) => {
    const candidates = texts.flatMap(({ id, text, logprob, tokens, count }) =>
      Array.from({ length: count }, (_, copy) => ({ id: copy === 0 ? id : `${id}.${copy}`, text, logprob, tokens })),
    );
    const { path, symbol } = problem;
    const tests = { kind: visible === 0 ? 'none' : 'auto' } as const;
    const limits = { timeoutMs: TIMEOUT_MS, allowUnsandboxed: false, observe: true, confirm: false };
    return judgeCandidates(
      candidates,
      { workspace, path, symbol, tests, overlays: [], hypothesis: false, ...limits },
      { judge, syntax },
      { generated: [...ofSprout, ...right, ...wrong] },
    );
  });
  const rightTexts = new Set(texts.filter(isRight).map(({ text }) => text));
  const isRightEntry = ({ text }: RankedCandidate) => rightTexts.has(text);
  const counted = (list: readonly { count: number }[]) => list.reduce((sum, { count }) => sum + count, 0);
  const unfiltered = counted(texts.filter(isRight)) / counted(texts);
  const by = (tests: GeneratedTest[]) => filtered(rankedBy(tests, ranking, run.baseline));
  const left = by([]);
  const chances: Record<string, number> = { unfiltered };
  for (const [name, method] of Object.entries(METHODS)) chances[name] = chance(left, method(left), isRightEntry);
  for (const [wrote, tests] of Object.entries({
    'tests by Sprout': ofSprout,
    'tests all right': right,
    'tests half right': half,
    'tests all wrong': wrong,
  })) {
    const heard = by(tests);
    for (const [name, method] of Object.entries(BY_TESTS)) {
      chances[`${name}, ${wrote}`] = chance(heard, method(heard), isRightEntry);
    }
  }
  return {
    id: problem.id,
    mixed: unfiltered > 0 && unfiltered < 1,
    left: counted(left),
    chances,
    tests: { written: written.length, ...countTests(ofSprout, ranking, isRightEntry) },
  };
}

function table(settings: readonly Setting[]): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const shown = ({ mean, interval: [low, high] }: Estimate) => `${percent(mean)} (${percent(low)} to ${percent(high)})`;
  return settings
    .map(({ visible, tests, all, mixed, ahead, problems }) => {
      const some = problems.filter(({ mixed }) => mixed).length;
      const head = ['rank@1, %', `all ${problems.length}`, `mixed ${some}`, 'Coppice less this'];
      const rows = Object.keys(all).map((name) => [
        name === 'unfiltered' ? 'random, tests ignored' : name,
        shown(all[name]!),
        shown(mixed[name]!),
        name === 'Coppice' ? '' : shown(ahead[name]!),
      ]);
      const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
      const lines = [head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
      const title = visible === 0 ? 'without tests' : `${visible} visible assertion${visible === 1 ? '' : 's'}`;
      const drawn = `${tests.written} tests by Sprout, ${tests.usable} usable, ${tests.right} of ${tests.known} right`;
      return [`${title}; ${drawn}`, ...lines].join('\n');
    })
    .join('\n\n');
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      limit: text,
      visible: text,
      out: text,
      sample: text,
      'sample-tests': { type: 'boolean' },
    },
  });
  if (values.sample !== undefined) {
    const problems = (await Promise.all(values.sample.split(',').map(readProblems))).flat();
    await writeSamples(SAMPLES, await sample(problems, SETTINGS, (line) => console.error(`selection: ${line}`)));
    return;
  }
  if (values['sample-tests']) {
    const problems = (await readSamples(SAMPLES)).problems.map(({ problem }) => problem);
    await writeTests(TESTS, await drawTests(problems, TEST_SETTINGS, (line) => console.error(`selection: ${line}`)));
    return;
  }
  const began = performance.now();
  const machine = machineFacts();
  const { settings, problems } = await readSamples(SAMPLES);
  const measured: Setting[] = [];
  for (const visible of (values.visible ?? '0,1').split(',').map(Number)) {
    measured.push(
      await measure(problems.slice(0, values.limit === undefined ? undefined : Number(values.limit)), visible),
    );
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const result = { bench: 'selection', machine, versions: versions(), sampled: settings, settings: measured, seconds };
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(result)}\n`);
  console.log(values.json ? JSON.stringify(result) : table(measured));
}

await main().catch((thrown: unknown) => {
  const { message, remedy } = CoppiceError.wrap(thrown);
  console.error(`selection: ${message}\n  ${remedy}`);
  process.exitCode = 1;
});
