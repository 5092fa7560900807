import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Sampling } from '../../src/core/candidate.ts';
import { EngineClient } from '../../src/run/engine-client.ts';
import { grow } from '../../src/run/grow.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { softwareAdapterEnvironment } from '../../src/run/software-adapter.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import type { Problem } from '../sprout/problem.ts';
import { assertionsOf, inWorkspace, withAssertions, withoutTests } from './cases.ts';

/** How the candidates were drawn: from the file alone, without a test in the prompt. */
export interface SampleSettings {
  model: string;
  n: number;
  maxTokens: number;
  sampling: Sampling;
}

export interface SampledText {
  id: string;
  text: string;
  /** Candidates that have exactly this text; the log-probability is that of the first. */
  count: number;
  logprob: number;
  tokens: number;
  /** Which assertions of the problem's tests pass: a 1 or a 0 for each, as the judge saw it. */
  passes: string;
}

export interface ProblemSamples {
  problem: Problem;
  texts: SampledText[];
}

export interface Samples {
  settings: SampleSettings;
  problems: ProblemSamples[];
}

/** Reads what `writeSamples` wrote: gzipped lines of JSON, the settings first. */
export async function readSamples(file: string | URL): Promise<Samples> {
  const [settings, ...problems] = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n');
  return { settings: JSON.parse(settings!), problems: problems.map((line) => JSON.parse(line)) };
}

export async function writeSamples(file: string | URL, { settings, problems }: Samples): Promise<void> {
  const lines = [settings, ...problems].map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(file, gzipSync(lines.join(''), { level: 9 }));
}

/** True where a candidate passes every assertion, of which the ranking sees few or none. */
export function isRight({ passes }: SampledText): boolean {
  return /^1+$/.test(passes);
}

/** Draws candidates as `coppice grow` does where a workspace has no tests, and has the judge run all tests on each. */
export async function sample(
  problems: Problem[],
  settings: SampleSettings,
  note: (text: string) => void,
): Promise<Samples> {
  const syntax = await Syntax.load();
  const engine = new EngineClient({ env: softwareAdapterEnvironment() });
  const judge = new JudgeClient();
  const samples: ProblemSamples[] = [];
  try {
    for (const problem of problems) {
      const grown = await inWorkspace(withoutTests(problem), (workspace) =>
        grow(
          {
            ...{ workspace, file: problem.path, place: { symbol: problem.symbol }, tests: { kind: 'none' } },
            ...{ overlays: [], candidates: settings.n, maxTokens: settings.maxTokens, sampling: settings.sampling },
            ...{ model: settings.model, reproducible: true, allowUnsandboxed: false },
          },
          { syntax, engine, judge },
        ),
      );
      const texts = grown.ranking.map(({ id, text, count, logprob, tokens }) => ({
        ...{ id, text, count, logprob: logprob!, tokens: tokens! },
      }));
      texts.sort((a, b) => (a.id < b.id ? -1 : 1));
      samples.push({ problem, texts: await withTruth(problem, texts, judge) });
      note(`${samples.length}/${problems.length} ${problem.id}: ${texts.length} different texts`);
    }
  } finally {
    await Promise.all([engine.dispose(), judge.dispose()]);
  }
  return { settings, problems: samples };
}

/** Runs every assertion as a case of its own. */
export async function withTruth(
  problem: Problem,
  texts: Omit<SampledText, 'passes'>[],
  judge: JudgeClient,
): Promise<SampledText[]> {
  const assertions = assertionsOf(problem);
  return inWorkspace(withAssertions(problem, assertions), async (workspace) => {
    const { path, symbol } = problem;
    const tests = { kind: 'auto' } as const;
    const options = { workspace, path, symbol, tests, overlays: [], allowUnsandboxed: false, timeoutMs: TIMEOUT_MS };
    const { session } = await judge.call({ kind: 'open', options });
    const judged = texts.map(async (text): Promise<SampledText> => {
      const { report } = await judge.call({ kind: 'judge', session, candidate: text });
      const passed = new Set(report.cases.filter(({ status }) => status === 'passed').map(({ id }) => id));
      const marks = assertions.map((_, at) => [...passed].some((id) => id.endsWith(`case_${at + 1}`)));
      return { ...text, passes: marks.map((mark) => (mark ? '1' : '0')).join('') };
    });
    const result = await Promise.all(judged);
    await judge.call({ kind: 'close', session });
    return result;
  });
}

/** Generous: a right candidate must not fail for being slow. */
export const TIMEOUT_MS = 5000;
