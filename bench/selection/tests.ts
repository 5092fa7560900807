import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { GeneratedTest } from '../../src/core/generated-test.ts';
import { generatedOutcomes } from '../../src/core/rank/generated.ts';
import { rank } from '../../src/core/rank/rank.ts';
import type { Output, Report } from '../../src/core/report.ts';
import { EngineClient } from '../../src/run/engine-client.ts';
import { testOf } from '../../src/run/generated-tests.ts';
import { buildGrowPrompt } from '../../src/run/grow-prompt.ts';
import type { RankedCandidate } from '../../src/run/run-result.ts';
import { resolveModel } from '../../src/run/shelf/shelf.ts';
import { readSourceFile } from '../../src/run/source-file.ts';
import { findTarget } from '../../src/run/target.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import type { Problem } from '../sprout/problem.ts';
import { inWorkspace, withoutTests } from './cases.ts';
import type { SampleSettings } from './sample.ts';

/** What a model wrote where it was asked for tests of a problem, as it came: each is the rest of one assertion. */
export interface DrawnTests {
  id: string;
  texts: string[];
}

/** Reads what `writeTests` wrote: gzipped lines of JSON, one a problem. */
export async function readTests(file: string | URL): Promise<Map<string, string[]>> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as DrawnTests).map(({ id, texts }) => [id, texts]));
}

export async function writeTests(file: string | URL, drawn: readonly DrawnTests[]): Promise<void> {
  await writeFile(file, gzipSync(drawn.map((line) => `${JSON.stringify(line)}\n`).join(''), { level: 9 }));
}

/** The hidden assertions of a problem, as tests that a model might have written. */
export function hiddenTests(syntax: Syntax, problem: Problem, assertions: readonly string[]): GeneratedTest[] {
  const { language, symbol } = problem;
  return assertions.flatMap((text) => {
    const read = asserted(text).map((assertion) => syntax.assertion(language, assertion, symbol));
    const found = read.find((expectation) => expectation !== undefined);
    return found ? testOf(found, { language, symbol }) : [];
  });
}

/** `self.assertEqual(a, b)` as `assert a == b`, for every comma that may be the one. */
function asserted(text: string): string[] {
  const [, inner] = /^self\.assert\w*Equal\((.*)\)$/.exec(text) ?? [];
  if (inner === undefined) return [text];
  const commas = [...inner.matchAll(/,/g)].map(({ index }) => index);
  return commas.map((at) => `assert ${inner.slice(0, at)} == ${inner.slice(at + 1).trim()}`);
}

/** The same with wrong results, each that of another of the tests: such mistakes are likely, and of the right type. */
export function mistaken(tests: readonly GeneratedTest[]): GeneratedTest[] {
  return tests.flatMap(({ input, expected }, at) => {
    const others = [...tests.slice(at), ...tests.slice(0, at)].filter((other) => other.expected !== expected);
    return others[0] ? { input, expected: others[0].expected } : [];
  });
}

/** The ranking as it would be if a model had written these tests, of all that were run, and no others. */
export function rankedBy(
  tests: readonly GeneratedTest[],
  ranking: readonly RankedCandidate[],
  baseline: Report,
): RankedCandidate[] {
  const listened = new Set(tests.map(({ input, expected }) => JSON.stringify([input, expected])));
  const heard = ({ generated = [], ...output }: Output): Output[] => {
    const kept = generated.filter(({ expected }) => listened.has(JSON.stringify([output.input, expected])));
    if (kept.length > 0) return [{ ...output, generated: kept }];
    return output.origin === 'model' ? [] : [output];
  };
  const entries = new Map(ranking.map((entry) => [entry.id, entry]));
  const judged = ranking.map(({ id, text, count, logprob, tokens, changedLines, report }) => ({
    ...{ id, text, count, logprob: logprob!, tokens: tokens!, changedLines },
    report: report.outputs ? { ...report, outputs: report.outputs.flatMap(heard) } : report,
  }));
  return rank(judged, baseline).map((entry) => ({ ...entries.get(entry.id)!, ...entry }));
}

/** How many different tests there are, and of how many a right candidate says the same, where there is one. */
export function countTests(
  tests: readonly GeneratedTest[],
  ranking: readonly RankedCandidate[],
  isRight: (entry: RankedCandidate) => boolean,
): { usable: number; right: number | null } {
  const agreed = (entry: RankedCandidate) => new Set(generatedOutcomes(entry.report)?.agreed);
  const right = ranking.filter(isRight).map(agreed);
  const texts = new Set(tests.map(({ input, expected }) => JSON.stringify([input, expected])));
  const isAgreed = (text: string) => right.some((set) => set.has(text));
  return { usable: texts.size, right: right.length === 0 ? null : [...texts].filter(isAgreed).length };
}

/** Draws tests as `coppice grow` does where a workspace has none. */
export async function drawTests(
  problems: readonly Problem[],
  { n, model, sampling, maxTokens }: SampleSettings,
  note: (text: string) => void,
): Promise<DrawnTests[]> {
  const syntax = await Syntax.load();
  const engine = new EngineClient();
  const drawn: DrawnTests[] = [];
  try {
    const info = await engine.call({ kind: 'inspect', model: await resolveModel(model), load: false });
    for (const problem of problems) {
      const source = await inWorkspace(withoutTests(problem), (workspace) => readSourceFile(workspace, problem.path));
      const target = findTarget(syntax, source, { symbol: problem.symbol });
      const { tree } = await buildGrowPrompt(syntax, engine, {
        ...{ model: info, target, tests: [], candidates: 0, maxTokens, assertions: n },
      });
      const stop = { maxTokens, strings: [] };
      const request = { kind: 'grow', model: info.path, tree, sampling, stop, reproducible: true } as const;
      const { candidates } = await engine.call(request);
      drawn.push({ id: problem.id, texts: candidates.map(({ text }) => text) });
      note(`${drawn.length}/${problems.length} ${problem.id}`);
    }
  } finally {
    await engine.dispose();
  }
  return drawn;
}
