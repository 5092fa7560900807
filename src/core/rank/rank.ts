import { limitName } from '../limit-name.ts';
import type { CaseResult, Output, Report } from '../report.ts';
import { inWords } from '../said.ts';
import { inEnglish, type Translate } from '../translate.ts';
import { codeT, outputAgreement } from './agreement.ts';
import { behaviour } from './behaviour.ts';
import { whyOf } from './confirmation.ts';
import { isAsExpected } from './decision.ts';
import { areCounted, generatedOutcomes } from './generated.ts';
import type { Evidence, Judged, RankedEntry } from './ranking.ts';

/**
 * Orders judged texts, best first, by facts alone and one after the other. What the project's tests say comes first: it parses;
 * how many cases pass newly, less those that fail newly and a run that goes wrong; it breaks nothing; nothing contradicts it
 * where the tests are in a sandbox of their own; a second run said the same. Then what the user said of inputs, and whether it
 * was confirmed with the tests in that sandbox. Then what is a guess, since candidates may share a mistake: CodeT's score on
 * tests that a model wrote, if these look like tests; how far it agrees with the others on inputs of ours; how many candidates
 * behave the same; the mean log-probability of its tokens; how few lines it changes (`npm run bench -- selection` says how well
 * they guess). Its id at last makes the order total, so the same entries in any order give the same ranking.
 *
 * @param judged one entry for each distinct text, with distinct ids
 * @param baseline the report on the untouched workspace
 * @param t for the words of the evidence
 */
export function rank(judged: readonly Judged[], baseline: Report, t: Translate = inEnglish): RankedEntry[] {
  const behaviours = new Map(judged.map((entry) => [entry.id, behaviour(entry.report)]));
  const weights = new Map<string, number>();
  for (const entry of judged) {
    const key = behaviours.get(entry.id)!;
    weights.set(key, (weights.get(key) ?? 0) + entry.count);
  }
  const crowd: Crowd = {
    total: countOf(judged),
    observed: countOf(judged.filter(({ report }) => report.outputs !== undefined)),
    listens: areCounted(judged),
    agreement: outputAgreement(judged.map(({ id, count, report }) => ({ id, count, outputs: report.outputs }))),
    codeT: codeT(
      judged.flatMap(({ id, count, report }) => {
        const outcomes = generatedOutcomes(report);
        return outcomes ? [{ id, count, passes: outcomes.agreed }] : [];
      }),
    ),
  };

  const clusters = new Map<string, number>();
  return judged
    .map((entry) => ({ entry, evidence: weigh(entry, baseline, weights.get(behaviours.get(entry.id)!)!, crowd, t) }))
    .sort((a, b) => compareEvidence(a.evidence, b.evidence) || compareIds(a.entry.id, b.entry.id))
    .map(({ entry, evidence }, position) => {
      const key = behaviours.get(entry.id)!;
      if (!clusters.has(key)) clusters.set(key, clusters.size + 1);
      return { ...entry, rank: position + 1, cluster: clusters.get(key)!, evidence };
    });
}

/**
 * The order of the facts, most important first. What is contradicted comes behind all that pass as much, whatever else is known;
 * that something could be confirmed says less than what the user says.
 */
const ORDER: readonly { fact: Evidence['fact']; value?: (value: number) => number }[] = [
  ...([{ fact: 'parses' }, { fact: 'passed' }, { fact: 'no-new-failures' }] as const),
  { fact: 'isolated', value: (value) => Math.min(value, 0) },
  ...([{ fact: 'repeats' }, { fact: 'expected' }, { fact: 'isolated' }, { fact: 'generated-tests' }] as const),
  ...([{ fact: 'agreement' }, { fact: 'cluster' }, { fact: 'mean-logprob' }, { fact: 'changed-lines' }] as const),
];

/** What can be said of an entry only beside the others. */
interface Crowd {
  /** Candidates in all. */
  total: number;
  /** Candidates that were run on inputs of ours. */
  observed: number;
  /** Whether tests that a model wrote count. */
  listens: boolean;
  agreement: Map<string, number>;
  codeT: Map<string, number>;
}

function weigh(
  entry: Judged,
  baseline: Report,
  weight: number,
  { total, observed, listens, ...crowd }: Crowd,
  t: Translate,
): Evidence[] {
  const { report } = entry;
  const parses = report.verdict !== 'unparsable';
  const broken = newFailures(report, baseline);
  const fault = newFault(report, baseline);
  const lost = broken + (fault ? 1 : 0);
  const gained = newlyPassing(report, baseline);
  const evidence: Evidence[] = [
    { fact: 'parses', value: parses ? 1 : 0, text: parses ? t('parses') : t('does not parse') },
    { fact: 'passed', value: gained - lost, text: passedText(report, gained, t) },
    { fact: 'no-new-failures', value: lost === 0 ? 0 : -lost, text: brokenText(report, broken, fault, t) },
    ...isolated(report, t),
    ...repeats(report, t),
    ...expectedBy(report, t),
  ];
  const generated = crowd.codeT.get(entry.id);
  if (generated !== undefined) {
    const { asked, agreed } = generatedOutcomes(report)!;
    const of = asked.length === 1 ? t('1 test') : t('{0} tests', asked.length);
    const text = listens
      ? t('agrees with {0} of {1} that the model wrote itself, unverified', agreed.length, of)
      : t(
          'agrees with {0} of {1} that the model wrote itself, unverified, and too often wrong to count',
          agreed.length,
          of,
        );
    evidence.push({ fact: 'generated-tests', value: listens ? generated : 0, text });
  }
  const agreement = crowd.agreement.get(entry.id);
  if (agreement !== undefined) {
    const share = Math.round((100 * agreement) / observed);
    const inputs = report.outputs!.length;
    evidence.push({
      fact: 'agreement',
      value: agreement,
      text:
        inputs === 1
          ? t("agrees with the {0} that were run on {1}% of 1 input of Coppice's own", observed, share)
          : t("agrees with the {0} that were run on {1}% of {2} inputs of Coppice's own", observed, share, inputs),
    });
  }
  evidence.push({
    fact: 'cluster',
    value: weight,
    text: clusterText(weight, total, t),
  });
  if (entry.logprob !== undefined && entry.tokens !== undefined && entry.tokens > 0) {
    const mean = entry.logprob / entry.tokens;
    evidence.push({ fact: 'mean-logprob', value: mean, text: t('mean log-probability {0} a token', mean.toFixed(3)) });
  }
  evidence.push({
    fact: 'changed-lines',
    value: entry.changedLines === 0 ? 0 : -entry.changedLines,
    text: entry.changedLines === 1 ? t('changes 1 line') : t('changes {0} lines', entry.changedLines),
  });
  return evidence;
}

function brokenText({ others }: Report, broken: number, fault: CaseResult | undefined, t: Translate): string {
  if (broken === 1) return t('breaks 1 test that passed before');
  if (broken > 0) return t('breaks {0} tests that passed before', broken);
  if (fault) return t('breaks the run of the tests: {0}', inWords(fault.said?.message ?? fault.message ?? '', t));
  return others ? t('breaks no test, nor any of {0} others of the project', others.ran) : t('breaks no test');
}

function clusterText(weight: number, total: number, t: Translate): string {
  const of = total === 1 ? t('1 candidate') : t('{0} candidates', total);
  return weight === 1 ? t('1 of {0} behaves like this', of) : t('{0} of {1} behave like this', weight, of);
}

/**
 * Whether it can be confirmed depends on what the tests look at as well, and is asked of few: that it could not be is worth as
 * much as not having been asked. That it could is worth more: nothing that it did to its tests made them pass.
 */
function isolated({ isolation }: Report, t: Translate): Evidence[] {
  switch (isolation?.kind) {
    case undefined:
      return [];
    case 'confirmed':
      return [{ fact: 'isolated', value: 1, text: t('confirmed: passes with the tests in a process of their own') }];
    case 'unconfirmed':
      return [
        {
          ...{ fact: 'isolated', value: 0 },
          text: t('not confirmed with the tests in a process of their own: {0}', whyOf(isolation, t)),
        },
      ];
    case 'contradicted':
      return [
        {
          ...{ fact: 'isolated', value: -1 },
          text: t('contradicted with the tests in a process of their own: {0}', whyOf(isolation, t)),
        },
      ];
  }
}

/** What was not run again counts as what was and said the same. */
function repeats({ confirmation }: Report, t: Translate): Evidence[] {
  switch (confirmation?.kind) {
    case undefined:
      return [];
    case 'repeated':
      return [{ fact: 'repeats', value: 0, text: t('a second run said the same') }];
    case 'flaky':
      return [{ fact: 'repeats', value: -1, text: t('flaky: a second run differed, {0}', whyOf(confirmation, t)) }];
  }
}

/** How many of the outputs that the user named it gives. */
function expectedBy({ outputs = [] }: Report, t: Translate): Evidence[] {
  const asked = outputs.filter(({ expected }) => expected !== undefined);
  if (asked.length === 0) return [];
  const wrong = asked.filter((output) => !isAsExpected(output));
  const said = ({ input, text, expected }: Output) => t('{0} gives {1}, and you said {2}', input, text, expected!);
  const text = wrong.length === 0 ? t('gives what you said') : wrong.map(said).join('; ');
  return [{ fact: 'expected', value: asked.length - wrong.length, text }];
}

/** Cases that passed before and do not now, among the project's other tests too; a case that is gone counts as well. */
function newFailures(report: Report, baseline: Report): number {
  if (report.verdict === 'untested') return 0;
  const now = new Map(report.cases.map((result) => [result.id, result]));
  const kept = (before: CaseResult) => {
    const status = now.get(before.id)?.status;
    return status === 'passed' || status === 'skipped';
  };
  const gone = baseline.cases.filter((before) => before.status === 'passed' && !kept(before)).length;
  return gone + (report.others?.broken.length ?? 0);
}

/** What is wrong with the run as a whole, and was not with that of the untouched workspace. */
function newFault({ cases }: Report, baseline: Report): CaseResult | undefined {
  const before = new Set(baseline.cases.map(({ id }) => id));
  return cases.find(({ id, ofRun }) => ofRun && !before.has(id));
}

/** Cases that pass now and did not before, or were not there before. */
function newlyPassing(report: Report, baseline: Report): number {
  const before = new Set(baseline.cases.filter(({ status }) => status === 'passed').map(({ id }) => id));
  return report.cases.filter(({ id, status }) => status === 'passed' && !before.has(id)).length;
}

function passedText(report: Report, gained: number, t: Translate): string {
  switch (report.verdict) {
    case 'untested':
      return t('no tests were run');
    case 'unparsable':
      return t('not tested, since it does not parse');
    default: {
      const said = ranText(report, gained, t);
      return report.interrupted === undefined
        ? said
        : t('{0}; ended by the {1} limit', said, limitName(report.interrupted, t));
    }
  }
}

function ranText({ passed, failed, errors }: Report, gained: number, t: Translate): string {
  const ran = passed + failed + errors;
  if (ran === 0) return t('no test could be run');
  return ran === 1
    ? t('passes {0} of 1 test, {1} newly', passed, gained)
    : t('passes {0} of {1} tests, {2} newly', passed, ran, gained);
}

function compareEvidence(a: Evidence[], b: Evidence[]): number {
  for (const { fact, value = (known: number) => known } of ORDER) {
    const difference = value(valueFor(b, fact)) - value(valueFor(a, fact));
    // Two absent log-probabilities differ by NaN, which counts as equal.
    if (difference > 0 || difference < 0) return difference;
  }
  return 0;
}

/** Facts of which it says nothing that they are not known: nothing was said against it. */
const UNTOLD: readonly Evidence['fact'][] = ['isolated', 'repeats'];

/** Any other unknown fact ranks last: nothing speaks for it. */
function valueFor(evidence: Evidence[], fact: Evidence['fact']): number {
  const untold = UNTOLD.includes(fact) ? 0 : Number.NEGATIVE_INFINITY;
  return evidence.find((line) => line.fact === fact)?.value ?? untold;
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function countOf(entries: readonly Judged[]): number {
  return entries.reduce((sum, entry) => sum + entry.count, 0);
}
