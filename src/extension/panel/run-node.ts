import * as vscode from 'vscode';
import { shortcomings } from '../../core/prompt/dialect.ts';
import type { SandboxBackend, TestPlan } from '../../core/protocol.ts';
import { behaviour } from '../../core/rank/behaviour.ts';
import type { Decision } from '../../core/rank/decision.ts';
import type { Question } from '../../core/rank/question.ts';
import { exposureOf } from '../../core/sandbox-exposure.ts';
import type { RankedCandidate } from '../../run/run-result.ts';
import { errorWords, messageOf } from '../error-words.ts';
import type { Run } from '../runs/run.ts';
import { planFiles, planName } from '../tests/test-words.ts';
import { ClusterNode } from './cluster-node.ts';
import { DecisionNode } from './decision-node.ts';
import { shortened } from './markdown.ts';
import { Pages } from './more-node.ts';
import { QuestionNode } from './question-node.ts';
import { Rows, type TreeNode } from './tree-node.ts';
import { WaitingNode } from './waiting-node.ts';
import { candidateCount } from './words.ts';

const { t } = vscode.l10n;

const TESTS_LENGTH = 30;
const PROBLEM_LENGTH = 200;

/** One run: how far it is, or how it came out. */
export class RunNode implements TreeNode {
  readonly parent = undefined;
  readonly run: Run;
  readonly #questions = new Rows<Question, QuestionNode>();
  readonly #decisions = new Rows<Decision, DecisionNode>();
  readonly #clusters = new Rows<string, ClusterNode>();
  readonly #pages: Pages<ClusterNode>;
  readonly #waiting: WaitingNode;

  constructor(run: Run) {
    this.run = run;
    this.#pages = new Pages(this, run);
    this.#waiting = new WaitingNode(this);
  }

  get id(): string {
    return this.run.id;
  }

  children(): TreeNode[] {
    const { run } = this;
    const questions = run.question ? [run.question] : [];
    const rows: TreeNode[] = [
      ...this.#questions.of(questions, (question) => new QuestionNode(this, run, question)),
      ...this.#decisions.of(run.decisions, (decision) => new DecisionNode(this, run, decision)),
      ...this.#clusterRows(),
    ];
    if (run.phase.kind === 'growing') rows.push(this.#waiting);
    return rows;
  }

  #clusterRows(): TreeNode[] {
    const clusters = new Map<string, RankedCandidate[]>();
    for (const entry of this.run.ranking) {
      const key = behaviour(entry.report);
      const known = clusters.get(key);
      if (known) known.push(entry);
      else clusters.set(key, [entry]);
    }
    const shown = [...clusters.keys()].slice(0, this.#pages.shown);
    const rows = this.#clusters.of(
      shown,
      (key) => new ClusterNode(this, key),
      (row, key) => {
        row.entries = clusters.get(key)!;
      },
    );
    return this.#pages.with(rows, clusters.size);
  }

  item(): vscode.TreeItem {
    const { run } = this;
    const item = new vscode.TreeItem(run.target.symbol, vscode.TreeItemCollapsibleState.Expanded);
    const isStale = run.outdated.length > 0;
    item.description = isStale ? t('{0} · the context changed since', describe(run)) : describe(run);
    item.iconPath = icon(run);
    item.contextValue = run.isWaiting ? 'run.waiting' : run.isGoing ? 'run.growing' : 'run';
    item.accessibilityInformation = { label: t('Run for {0}: {1}.', run.target.symbol, item.description) };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    return tooltip(this.run);
  }
}

export function isRunNode(node: unknown): node is RunNode {
  return node instanceof RunNode;
}

/** How far it is, or how it came out. */
export function describe(run: Run): string {
  const { phase } = run;
  switch (phase.kind) {
    case 'waiting':
      return phase.ahead === 1 ? t('waiting, next') : t('waiting, number {0} in line', phase.ahead);
    case 'preparing':
      return phase.what;
    case 'growing':
      // How far it is says a row of its own: this one would be drawn with all below it each time.
      return t('{0} growing', candidateCount(run.candidates));
    case 'finished':
      return run.tested ? result(run, phase.result.run.tests) : t('{0} candidates, not tested', run.candidates);
    case 'cancelled':
      return t('cancelled');
    case 'failed':
      return messageOf(phase.error);
  }
}

/** How many count: they pass, and give what the user said. */
function result({ passedCount, candidates, decisions }: Run, tests: TestPlan): string {
  const name = shortened(planName(tests), TESTS_LENGTH);
  return decisions.length === 0
    ? t('{0} of {1} passed · {2}', passedCount, candidates, name)
    : t('{0} of {1} as you said · {2}', passedCount, candidates, name);
}

/** What runs them, where they are, and who chose that. */
function testsOf({ request }: Run, plan: TestPlan): string {
  const files = planFiles(plan);
  const isChosen = request.tests.kind !== 'auto' || request.tests.framework !== undefined;
  const what = files === '' ? planName(plan) : t('{0} in {1}', planName(plan), files);
  return isChosen ? t('tests: {0}, chosen in the settings', what) : t('tests: {0}, found automatically', what);
}

function icon(run: Run): vscode.ThemeIcon {
  switch (run.phase.kind) {
    case 'waiting':
      return new vscode.ThemeIcon('clock');
    case 'preparing':
    case 'growing':
      return new vscode.ThemeIcon('loading~spin');
    case 'finished':
      return new vscode.ThemeIcon('type-hierarchy-sub');
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
    case 'failed':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  }
}

/** What was asked for, and what of its context has changed since. */
function wishes({ request, hasOptions, outdated }: Run): string[] {
  const { candidates, sampling, problem, model } = request;
  const asked = t(
    '{0} candidates of {1} at temperature {2}, seed {3}',
    ...[candidates, model, sampling.temperature, sampling.seed],
  );
  return [
    hasOptions ? t('{0}, with the options of this workspace', asked) : asked,
    ...(problem === undefined ? [] : [t('described as: {0}', shortened(problem, PROBLEM_LENGTH))]),
    ...(outdated.length > 0 ? [t('changed since: {0}', outdated.join(', '))] : []),
  ];
}

function sandboxWords(sandbox: SandboxBackend): string {
  if (exposureOf(sandbox) === undefined) return t('sandbox: {0}', sandbox);
  return t('sandbox: {0} (not isolated: files and network)', sandbox);
}

function tooltip(run: Run): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.appendMarkdown('**').appendText(run.target.symbol).appendMarkdown('** ');
  text.appendText(t('in {0}', vscode.workspace.asRelativePath(run.target.uri))).appendMarkdown('\n\n');
  for (const line of wishes(run)) text.appendMarkdown('- ').appendText(line).appendMarkdown('\n');
  text.appendMarkdown('\n');
  if (run.phase.kind === 'failed') text.appendText(errorWords(run.phase.error));
  if (run.phase.kind !== 'finished') return text;
  const { model, gpuAdapter, tier, prompt, decoded, timings, sandbox, seed, tests } = run.phase.result.run;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const speed = timings.decodeMs > 0 ? Math.round((1000 * decoded.tokens) / timings.decodeMs) : undefined;
  const adapter = gpuAdapter.description || gpuAdapter.device;
  const { start = '' } = run.request;
  const lines = [
    ...(start === '' ? [] : [t('all begin with {0} given lines', start.trimEnd().split('\n').length)]),
    t(
      '{0} in all: prompt {1}, growing {2}, tests {3}',
      ...[timings.totalMs, timings.prefillMs, timings.decodeMs, timings.judgeMs].map(seconds),
    ),
    t('{0} prompt tokens, read once ({1} kept from before)', prompt.tokens, prompt.reusedTokens),
    ...shortcomings(prompt.dialect, t),
    speed === undefined
      ? t('{0} tokens in {1} steps', decoded.tokens, decoded.steps)
      : t('{0} tokens in {1} steps, {2} tokens/s', decoded.tokens, decoded.steps, speed),
    gpuAdapter.software
      ? t('{0} on {1} (software), {2} tier, seed {3}', model, adapter, tier, seed)
      : t('{0} on {1}, {2} tier, seed {3}', model, adapter, tier, seed),
    run.tested ? testsOf(run, tests) : t('no tests were run'),
    ...(run.tested ? [sandboxWords(sandbox)] : []),
  ];
  for (const line of lines) text.appendMarkdown('- ').appendText(line).appendMarkdown('\n');
  return text;
}
