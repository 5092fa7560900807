import * as vscode from 'vscode';
import { refutations } from '../../core/rank/decision.ts';
import type { CaseResult } from '../../core/report.ts';
import { changeSize } from '../../run/change-size.ts';
import type { RankedCandidate } from '../../run/run-result.ts';
import type { Run } from '../runs/run.ts';
import type { ClusterNode } from './cluster-node.ts';
import { codeLanguage } from './markdown.ts';
import { TestNode } from './test-node.ts';
import { Rows, type TreeNode } from './tree-node.ts';
import { outcome, verdictIcon } from './verdict.ts';
import { changeWords, firstLine, spokenChange } from './words.ts';

/** More rows than these say nothing new about a candidate. */
const SHOWN_FAILURES = 20;

/** A candidate that has been judged, with those of equal text. */
export class CandidateNode implements TreeNode {
  readonly id: string;
  readonly parent: ClusterNode;
  readonly run: Run;
  /** As it is in the ranking now; set before each drawing. */
  entry: RankedCandidate;
  readonly #tests = new Rows<CaseResult, TestNode>();

  constructor(parent: ClusterNode, run: Run, entry: RankedCandidate) {
    this.id = `${run.id}/${entry.id}`;
    this.parent = parent;
    this.run = run;
    this.entry = entry;
  }

  /** Its id within the run. */
  get candidate(): string {
    return this.entry.id;
  }

  children(): TreeNode[] {
    return this.#tests.of(this.#failures(), (failure) => new TestNode(this, this.run, this.candidate, failure));
  }

  item(): vscode.TreeItem {
    const { rank, report, count, diff, id } = this.entry;
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const change = changeSize(diff);
    const isFlaky = report.confirmation?.kind === 'flaky';
    const label = [String(rank), score(this.entry)].filter(Boolean).join(' · ');
    const item = new vscode.TreeItem(label, this.#failures().length > 0 ? Collapsed : None);
    // A narrow panel cuts the end off, so the code comes after the facts.
    const facts = [isFlaky ? vscode.l10n.t('flaky') : '', this.#alike(), changeWords(change)];
    item.description = [...facts, firstLine(this.run.body(id) ?? '')].filter(Boolean).join(' · ');
    const isBusy = this.run.isRunningAgain(id);
    item.iconPath = isBusy ? new vscode.ThemeIcon('loading~spin') : verdictIcon(report);
    item.contextValue = `candidate${this.run.isGoing ? '.growing' : this.run.tested ? '.tested' : ''}`;
    item.command = {
      command: 'coppice.candidate.openDiff',
      title: vscode.l10n.t('Open Diff'),
      arguments: [this],
    };
    const sentences = [
      vscode.l10n.t('Candidate {0}.', rank),
      `${outcome(report)}.`,
      refutations(report) > 0 ? vscode.l10n.t('Ruled out by what you said.') : '',
      isFlaky ? vscode.l10n.t('Flaky: a second run differed.') : '',
      isBusy ? vscode.l10n.t('It is being run again.') : '',
      vscode.l10n.t('{0} with this text, {1} that behave the same.', count, this.parent.size),
      spokenChange(change),
    ];
    item.accessibilityInformation = { label: sentences.filter(Boolean).join(' ') };
    return item;
  }

  /** The facts that its place rests on, and the code itself. */
  tooltip(): vscode.MarkdownString {
    const { rank, evidence, id } = this.entry;
    const text = new vscode.MarkdownString();
    text.appendMarkdown('**').appendText(vscode.l10n.t('Candidate {0}', rank)).appendMarkdown('**\n\n');
    for (const { text: fact } of evidence) text.appendMarkdown('- ').appendText(fact).appendMarkdown('\n');
    const body = (this.run.body(id) ?? '').trimEnd();
    return text.appendMarkdown('\n').appendCodeblock(body, codeLanguage(this.run.target.uri));
  }

  #failures(): CaseResult[] {
    return this.entry.report.cases
      .filter(({ status }) => status === 'failed' || status === 'error')
      .slice(0, SHOWN_FAILURES);
  }

  /** How many have this text, of all that behave like it. */
  #alike(): string {
    const { count } = this.entry;
    const { size } = this.parent;
    if (size === 1) return '';
    return count === size ? `×${count}` : vscode.l10n.t('{0} of {1}', count, size);
  }
}

export function isCandidateNode(node: unknown): node is CandidateNode {
  return node instanceof CandidateNode;
}

function score({ report }: RankedCandidate): string {
  const total = report.passed + report.failed + report.errors;
  return total > 0 ? `${report.passed}/${total}` : '';
}
