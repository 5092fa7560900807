/**
 * `npm run bench -- selection [--problems n] [--json]`: does the ranking put a right candidate first?
 *
 * 30 candidates for each held-out problem were drawn from Sprout at temperature 1 (bench/selection/samples.jsonl.gz); all
 * assertions of a problem decide which are right. The ranking sees the first two of them, or none. Needs no GPU.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { JudgeOptions } from '../src/core/protocol.ts';
import { codeT, outputAgreement } from '../src/core/rank/agreement.ts';
import { rank } from '../src/core/rank/rank.ts';
import type { Judged } from '../src/core/rank/ranking.ts';
import type { CaseResult, Output, Report } from '../src/core/report.ts';
import { changedLines } from '../src/run/diff.ts';
import { JudgeClient } from '../src/run/judge-client.ts';
import { machineFacts } from './harness.ts';
import { assertionsOf, withAssertions } from './selection/cases.ts';
import { type ProblemSamples, readSamples } from './selection/sample.ts';
import { type Problem, readProblems, writeWorkspace } from './sprout/problem.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const VISIBLE = 2;
const NOTHING: Report = {
  ...{ verdict: 'untested', passed: 0, failed: 0, errors: 0, timedOut: false, durationMs: 0, cases: [] },
};
const SETTINGS = ['visible', 'none'] as const;
type Setting = (typeof SETTINGS)[number];
const METHODS = ['random', 'log-probability', 'CodeT', 'MBR', 'coppice'] as const;
type Method = (typeof METHODS)[number];

/** One problem in one setting. */
interface Seen {
  entries: Judged[];
  right: Set<string>;
}

const { values } = parseArgs({
  options: { problems: { type: 'string', default: '180' }, json: { type: 'boolean', default: false } },
});
const samples = await readSamples(path('selection/samples.jsonl.gz'));
const drawn = new Map(samples.problems.map((problem) => [problem.id, problem]));
const problems = (await readProblems(path('../models/sprout/heldout.jsonl')))
  .filter(({ id }) => drawn.has(id))
  .slice(0, Number(values.problems));
const began = performance.now();
const judge = new JudgeClient();
const shares: Record<Setting, Record<Method, number>[]> = { visible: [], none: [] };
const mixed: boolean[] = [];
try {
  for (const [at, problem] of problems.entries()) {
    const seen = await look(problem, drawn.get(problem.id)!);
    const count = (ids: (entry: Judged) => boolean) =>
      seen.none.entries.filter(ids).reduce((sum, entry) => sum + entry.count, 0);
    const right = count(({ id }) => seen.none.right.has(id));
    mixed.push(right > 0 && right < count(() => true));
    for (const setting of SETTINGS) shares[setting].push(sharesOf(seen[setting]));
    if (at % 20 === 19) console.error(`selection: ${at + 1} of ${problems.length} problems`);
  }
} finally {
  await judge.dispose();
}

const result = {
  bench: 'selection',
  machine: machineFacts(),
  settings: { ...samples.settings, problems: problems.length, mixed: mixed.filter(Boolean).length, visible: VISIBLE },
  rankAt1: Object.fromEntries(
    SETTINGS.map((setting) => [
      setting,
      Object.fromEntries(
        METHODS.map((method) => {
          const all = shares[setting].map((share) => share[method]);
          return [method, { all: interval(all), mixed: interval(all.filter((_, at) => mixed[at])) }];
        }),
      ),
    ]),
  ),
  seconds: Math.round((performance.now() - began) / 1000),
};
console.log(values.json ? JSON.stringify(result) : tableOf(result));

/** Runs every candidate on all assertions, and on inputs made from what the setting shows. */
async function look(problem: Problem, { candidates }: ProblemSamples): Promise<Record<Setting, Seen>> {
  const assertions = assertionsOf(problem);
  const all = await inSession(withAssertions(problem, assertions), { kind: 'auto' }, (ask) =>
    Promise.all(candidates.map(({ id, text }) => ask({ kind: 'judge', candidate: { id, text } }))),
  );
  const right = new Set(candidates.filter((_, at) => all[at]!.report.verdict === 'passed').map(({ id }) => id));
  const seenIn = async (setting: Setting): Promise<Seen> => {
    const shown = setting === 'visible' ? assertions.slice(0, VISIBLE) : [];
    const tests = { kind: setting === 'visible' ? ('auto' as const) : ('none' as const) };
    const outputs = await inSession(withAssertions(problem, shown), tests, (ask) =>
      Promise.all(candidates.map(({ text }) => ask({ kind: 'observe', text }))),
    );
    const entries = candidates.map((candidate, at): Judged => {
      const report = setting === 'visible' ? cut(all[at]!.report) : { ...NOTHING, verdict: bare(all[at]!.report) };
      const given = outputs[at]!.outputs;
      return {
        ...candidate,
        report: { ...report, ...(given && survives(report) ? { outputs: given } : {}) },
        changedLines: changedLines(problem.content, candidate.text),
      };
    });
    return { entries, right };
  };
  return { visible: await seenIn('visible'), none: await seenIn('none') };
}

type Ask = {
  (request: { kind: 'judge'; candidate: { id: string; text: string } }): Promise<{ report: Report }>;
  (request: { kind: 'observe'; text: string }): Promise<{ outputs: Output[] | null }>;
};

async function inSession<T>(
  problem: Problem,
  tests: JudgeOptions['tests'],
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const workspace = await mkdtemp(join(tmpdir(), 'coppice-bench-'));
  try {
    await writeWorkspace(workspace, problem);
    const { session } = await judge.call({
      kind: 'open',
      options: {
        ...{ workspace, path: problem.path, symbol: problem.symbol, tests, overlays: [], allowUnsandboxed: false },
        ...{ slots: availableParallelism(), timeoutMs: 3000 },
      },
    });
    const ask = ((request: { kind: 'judge' }) => judge.call({ ...request, session } as never)) as unknown as Ask;
    const found = await work(ask);
    await judge.call({ kind: 'close', session });
    return found;
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** The report on the visible assertions alone: the first ones. */
function cut(report: Report): Report {
  if (report.verdict === 'unparsable') return report;
  const numberOf = ({ id }: CaseResult) => Number(/(\d+)$/.exec(id)?.[1] ?? Number.POSITIVE_INFINITY);
  const cases = report.cases.filter((result) => numberOf(result) <= VISIBLE);
  const passed = cases.filter(({ status }) => status === 'passed').length;
  const isWhole = passed === VISIBLE;
  const failed = VISIBLE - passed;
  return { ...NOTHING, verdict: isWhole ? 'passed' : 'failed', cases, passed, failed };
}

function bare({ verdict }: Report): 'unparsable' | 'untested' {
  return verdict === 'unparsable' ? 'unparsable' : 'untested';
}

function survives({ verdict }: Report): boolean {
  return verdict === 'passed' || verdict === 'untested';
}

/** The chance that each way of choosing takes a right candidate: all of them choose among those that pass most of what is seen. */
function sharesOf({ entries, right }: Seen): Record<Method, number> {
  const parsing = entries.filter(({ report }) => report.verdict !== 'unparsable');
  const most = Math.max(...parsing.map(({ report }) => report.passed));
  const left = parsing.filter(({ report }) => report.passed === most);
  const isRight = ({ id }: Judged) => right.has(id);
  /** Of equals, any may be taken, as often as it was drawn. */
  const among = (chosen: Judged[]) => {
    const weight = (some: Judged[]) => some.reduce((sum, { count }) => sum + count, 0);
    return chosen.length === 0 ? 0 : weight(chosen.filter(isRight)) / weight(chosen);
  };
  const best = (score: (entry: Judged) => number) => {
    const top = Math.max(...left.map(score));
    return left.filter((entry) => score(entry) === top);
  };
  const perToken = ({ logprob = 0, tokens = 1 }: Judged) => logprob / tokens;
  const given = left.map(({ id, count, report }) => ({ id, count, outputs: report.outputs }));
  const agreement = outputAgreement(given);
  const groups = codeT(
    given.map(({ id, count, outputs = [] }) => ({
      ...{ id, count },
      passes: outputs.filter(({ clean }) => clean).map(({ input, text }) => `${input} = ${text}`),
    })),
  );
  const same = ({ report: { outputs = [] } }: Judged) =>
    outputs.every(({ clean }) => clean) ? JSON.stringify(outputs.map(({ text }) => text)) : undefined;
  const votes = (entry: Judged) =>
    left.reduce((sum, other) => sum + (same(entry) !== undefined && same(entry) === same(other) ? other.count : 0), 0);
  const mbr = best(votes);
  const likeliest = Math.max(...mbr.map(({ logprob = 0 }) => logprob));
  return {
    random: among(left),
    'log-probability': among(best(perToken)),
    // What candidates gave are the tests; one that several gave counts as often, as in CodeT's own count.
    CodeT: among(best(({ id }) => (groups.get(id) ?? 0) * (agreement.get(id) ?? 0))),
    MBR: among(mbr.filter(({ logprob = 0 }) => logprob === likeliest)),
    coppice: isRight(rank(entries, NOTHING)[0]!) ? 1 : 0,
  };
}

/** The mean and its 95 % interval by bootstrap over problems. */
function interval(values: number[]): { mean: number; low: number; high: number } {
  const mean = (some: number[]) => some.reduce((sum, value) => sum + value, 0) / Math.max(1, some.length);
  const means = Array.from({ length: 2000 }, () =>
    mean(values.map(() => values[Math.floor(Math.random() * values.length)]!)),
  ).sort((a, b) => a - b);
  return { mean: mean(values), low: means[50]!, high: means[1949]! };
}

function tableOf({ settings, rankAt1, seconds }: typeof result): string {
  const percent = ({ mean, low, high }: ReturnType<typeof interval>) =>
    `${(100 * mean).toFixed(1)} (${(100 * low).toFixed(0)}-${(100 * high).toFixed(0)})`;
  return [
    `${settings.problems} problems of ${settings.n} candidates, ${settings.mixed} with right and wrong ones; ${seconds} s`,
    `rank@1 in percent (95 % interval) | ${settings.visible} visible tests | mixed alone | no tests | mixed alone`,
    '--- | --- | --- | --- | ---',
    ...METHODS.map((method) => {
      const [visible, none] = SETTINGS.map((setting) => rankAt1[setting]![method]!);
      return [method, ...[visible!, none!].flatMap(({ all, mixed }) => [percent(all), percent(mixed)])].join(' | ');
    }),
  ].join('\n');
}
