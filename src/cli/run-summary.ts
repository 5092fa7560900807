import { adapterName } from '../core/adapter-name.ts';
import { shortcomings } from '../core/prompt/dialect.ts';
import type { Distinguishing } from '../core/rank/distinguish.ts';
import type { GeneratedTests } from '../core/rank/generated.ts';
import { passes, type Report } from '../core/report.ts';
import { exposureOf } from '../core/sandbox-exposure.ts';
import type { JudgedRun, RankedCandidate, RunResult } from '../run/run-result.ts';
import { colouredDiff, rankingTable } from './ranking-table.ts';
import type { Terminal } from './terminal.ts';

const MOST_IDS = 4;
const MOST_TESTS = 5;

/** The table, the best change and how many passed: the end of every run. */
export function rankingSummary(run: JudgedRun, ranking: RankedCandidate[], terminal: Terminal): string {
  const best = ranking[0];
  const passing = ranking.filter(({ report }) => passes(report)).reduce((sum, { count }) => sum + count, 0);
  const said =
    run.tests.kind === 'none'
      ? `No tests were run on ${run.candidates} candidates.`
      : `${passing} of ${run.candidates} candidates ${passing === 1 ? 'passes' : 'pass'} the tests.`;
  return [
    ...(ranking.length > 0 ? [rankingTable(ranking, terminal), ''] : []),
    ...(run.distinguishing ? [distinguishingText(run.distinguishing), ''] : []),
    ...(run.generatedTests ? [generatedText(run.generatedTests), ''] : []),
    ...(best?.diff ? [colouredDiff(best.diff, terminal), ''] : []),
    terminal.paint('bold', said),
    ...exposureWords(run, terminal),
    ...(best ? [...faults(best.report), ...secondLook(best, ranking)] : []),
  ].join('\n');
}

function exposureWords({ tests, sandbox }: JudgedRun, terminal: Terminal): string[] {
  const exposed = tests.kind === 'none' ? undefined : exposureOf(sandbox);
  return exposed ? [terminal.paint('yellow', `Sandbox: ${sandbox}. Not isolated: ${exposed}.`)] : [];
}

/** What is wrong with the run of the best one, where that is no test's to say. */
function faults({ cases }: Report): string[] {
  return cases.filter(({ ofRun }) => ofRun).map(({ message = '' }) => `Of the best one: ${message}`);
}

/** What running the best candidates once more showed. */
function secondLook({ report, evidence }: RankedCandidate, ranking: RankedCandidate[]): string[] {
  const { confirmation, isolation, others } = report;
  if (!confirmation) return [];
  if (confirmation.kind === 'flaky') return [`The best one differed in a second run: ${confirmation.why}.`];
  const broken = others?.broken.map(({ id }) => id) ?? [];
  if (broken.length > 0)
    return [`The best one breaks other tests of the project: ${broken.slice(0, MOST_IDS).join(', ')}.`];
  const rest = others ? `, and nothing else of ${others.ran} other tests broke` : '';
  const isolated = evidence.find(({ fact }) => fact === 'isolated');
  const unconfirmed = ranking.filter(({ report }) => report.isolation?.kind === 'unconfirmed').map(({ id }) => id);
  const ids = unconfirmed.slice(0, MOST_IDS).join(', ');
  const isSure = isolation?.kind === 'confirmed';
  return [
    `A second run of the best one said the same${rest}.`,
    ...(isolated ? [`The best one is ${isolated.text}.`] : []),
    ...(isSure && unconfirmed.length > 0 ? [`It comes before ${ids}, which could not be confirmed.`] : []),
    ...(!isSure && unconfirmed.length > 1 ? [`Nor could any other that was tried, so the order stays: ${ids}.`] : []),
  ];
}

/** The input that decides between the two best clusters, and how to say what it should give. */
function distinguishingText({ input, outputs }: Distinguishing): string {
  const [first, second] = outputs.map(({ output, ids }) => {
    const more = ids.length - MOST_IDS;
    return `${output} (${ids.slice(0, MOST_IDS).join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
  });
  return [
    `The two best groups differ: ${input} gives ${first} or ${second}.`,
    `If you know what it should give, say so: --expect "${input} == ..."`,
  ].join('\n');
}

/** What a model wrote, and how many agree with it. */
function generatedText({ written, ran, counted, tests }: GeneratedTests): string {
  if (tests.length === 0) return `Of ${written} tests that the model wrote itself none could be used.`;
  const agreement = (agree: number) => (ran > 0 ? `: ${agree} of ${ran} candidates agree` : '');
  const lines = tests
    .slice(0, MOST_TESTS)
    .map(({ input, expected, agree }) => `  ${input} gives ${expected}${agreement(agree)}`);
  const more = tests.length - lines.length;
  const worth = counted
    ? ''
    : ran > 0
      ? ', and these do not count: most must be wrong'
      : ', and nothing was left to ask';
  const used = `${tests.length} of ${written} could be used${worth}`;
  return [
    `Tests that the model wrote itself, which nobody has checked (${used}):`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

/** What the run cost, in one line, and in another what the model could not be shown. */
export function costLines({ run }: RunResult): string[] {
  const { prompt, decoded, timings } = run;
  const rate = decoded.tokens / (timings.decodeMs / 1000);
  const reused = prompt.reusedTokens > 0 ? ` (${prompt.reusedTokens} reused)` : '';
  const cost = [
    `${run.model} on ${adapterName(run.gpuAdapter)}, ${run.tier} tier`,
    `prompt ${prompt.tokens} tokens${reused}, ${seconds(timings.prefillMs)}`,
    `decoded ${decoded.tokens} tokens in ${seconds(timings.decodeMs)} (${Math.round(rate)}/s)`,
    `judged in ${seconds(timings.judgeMs)}`,
    `${seconds(timings.totalMs)} in all`,
  ];
  return [cost.join('; '), ...shortcomings(prompt.dialect)];
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
