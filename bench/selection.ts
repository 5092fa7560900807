/**
 * How often the best of the ranking is right, where the ranking sees few tests or none: the same 30 candidates of a
 * problem chosen from in several ways. Candidates were sampled once from Sprout and lie beside this, with what the
 * problem's own tests say of each; the visible tests and the inputs of ours are run now, as `coppice judge` does.
 *
 *   npm run bench -- selection [--json] [--limit PROBLEMS] [--visible 0,1] [--out FILE]
 *   npm run bench -- selection --sample PROBLEMS.jsonl,...        samples anew, which takes 4 s a problem without a GPU
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CoppiceError } from '../src/core/errors.ts';
import { judgeCandidates } from '../src/run/judge-candidates.ts';
import { JudgeClient } from '../src/run/judge-client.ts';
import type { RankedCandidate } from '../src/run/run-result.ts';
import { Syntax } from '../src/syntax/syntax.ts';
import { machineFacts, versions } from './harness.ts';
import { type Estimate, estimate } from './selection/bootstrap.ts';
import { assertionsOf, inWorkspace, withAssertions, withoutTests } from './selection/cases.ts';
import { chance, filtered, METHODS } from './selection/methods.ts';
import {
  isRight,
  type ProblemSamples,
  readSamples,
  type SampleSettings,
  sample,
  TIMEOUT_MS,
  writeSamples,
} from './selection/sample.ts';
import { readProblems } from './sprout/problem.ts';

const SAMPLES = new URL('selection/samples.jsonl.gz', import.meta.url);
/** Hotter than `grow` samples by default, so that more problems have right and wrong candidates. */
const SETTINGS: SampleSettings = {
  ...{ model: 'sprout', n: 30, maxTokens: 192 },
  sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 },
};
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
}

interface Setting {
  visible: number;
  all: Record<string, Estimate>;
  mixed: Record<string, Estimate>;
  /** Coppice less the other, problem by problem, over the mixed ones. */
  ahead: Record<string, Estimate>;
  problems: Chosen[];
}

async function measure(problems: readonly ProblemSamples[], visible: number): Promise<Setting> {
  const judge = new JudgeClient();
  const syntax = await Syntax.load();
  const chosen = new Map<ProblemSamples, Chosen>();
  const waiting = problems.values();
  const lane = async () => {
    for (const problem of waiting) {
      chosen.set(problem, await choose(problem, visible, { judge, syntax }));
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
  const names = ['unfiltered', ...Object.keys(METHODS)];
  const over = (list: Chosen[], value: (chances: Record<string, number>, name: string) => number) =>
    Object.fromEntries(names.map((name) => [name, estimate(list.map(({ chances }) => value(chances, name)))]));
  return {
    visible,
    all: over(all, (chances, name) => chances[name]!),
    mixed: over(mixed, (chances, name) => chances[name]!),
    ahead: over(mixed, (chances, name) => chances.Coppice! - chances[name]!),
    problems: all,
  };
}

async function choose(
  { problem, texts }: ProblemSamples,
  visible: number,
  parts: { judge: JudgeClient; syntax: Syntax },
): Promise<Chosen> {
  const shown =
    visible === 0 ? withoutTests(problem) : withAssertions(problem, assertionsOf(problem).slice(0, visible));
  const { ranking } = await inWorkspace(shown, (workspace) => {
    const candidates = texts.flatMap(({ id, text, logprob, tokens, count }) =>
      Array.from({ length: count }, (_, copy) => ({ id: copy === 0 ? id : `${id}.${copy}`, text, logprob, tokens })),
    );
    const { path, symbol } = problem;
    const tests = { kind: visible === 0 ? 'none' : 'auto' } as const;
    const limits = { timeoutMs: TIMEOUT_MS, allowUnsandboxed: false, observe: true, confirm: false };
    return judgeCandidates(candidates, { workspace, path, symbol, tests, overlays: [], ...limits }, parts);
  });
  const right = new Set(texts.filter(isRight).map(({ text }) => text));
  const isRightEntry = ({ text }: RankedCandidate) => right.has(text);
  const left = filtered(ranking);
  const counted = (list: readonly { count: number }[]) => list.reduce((sum, { count }) => sum + count, 0);
  const unfiltered = counted(texts.filter(isRight)) / counted(texts);
  const chances = Object.entries(METHODS).map(([name, method]) => [name, chance(left, method(left), isRightEntry)]);
  return {
    id: problem.id,
    mixed: unfiltered > 0 && unfiltered < 1,
    left: counted(left),
    chances: { unfiltered, ...Object.fromEntries(chances) },
  };
}

function table(settings: readonly Setting[]): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const shown = ({ mean, interval: [low, high] }: Estimate) => `${percent(mean)} (${percent(low)} to ${percent(high)})`;
  return settings
    .map(({ visible, all, mixed, ahead, problems }) => {
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
      return [title, ...lines].join('\n');
    })
    .join('\n\n');
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, limit: text, visible: text, out: text, sample: text },
  });
  if (values.sample !== undefined) {
    const problems = (await Promise.all(values.sample.split(',').map(readProblems))).flat();
    await writeSamples(SAMPLES, await sample(problems, SETTINGS, (line) => console.error(`selection: ${line}`)));
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
