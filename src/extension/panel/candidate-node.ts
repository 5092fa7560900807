import * as vscode from 'vscode';
import { refutations } from '../../core/rank/decision.ts';
import type { RankedCandidate } from '../../run/run-result.ts';
import type { Run } from '../runs/run.ts';
import { codeLanguage } from './markdown.ts';
import { TestNode } from './test-node.ts';
import type { TreeNode } from './tree-node.ts';
import { outcome, verdictIcon } from './verdict.ts';

/** More rows than these say nothing new about a candidate. */
const SHOWN_FAILURES = 20;

/** A candidate that has been judged, with those of equal text. */
export class CandidateNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly run: Run;
  readonly entry: RankedCandidate;

  constructor(parent: TreeNode, run: Run, entry: RankedCandidate) {
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
    return this.entry.report.cases
      .filter(({ status }) => status === 'failed' || status === 'error')
      .slice(0, SHOWN_FAILURES)
      .map((failure) => new TestNode(this, this.run, failure));
  }

  item(): vscode.TreeItem {
    const { rank, report, count, changedLines } = this.entry;
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const body = this.run.body(this.entry.id) ?? '';
    const label = [String(rank), score(this.entry)].filter(Boolean).join(' · ');
    const item = new vscode.TreeItem(label, this.children().length > 0 ? Collapsed : None);
    // A narrow panel cuts the end off, so the code comes after the facts.
    item.description = [count > 1 ? `×${count}` : '', lines(changedLines), firstLine(body)].filter(Boolean).join(' · ');
    item.tooltip = evidence(this.entry, body, this.run.target.uri);
    item.iconPath = verdictIcon(report);
    item.contextValue = 'candidate';
    item.command = { command: 'coppice.candidate.openDiff', title: 'Open Diff', arguments: [this] };
    const ruledOut = refutations(report) > 0 ? ', ruled out by what you said' : '';
    const spoken = `Candidate ${rank}, ${outcome(report)}${ruledOut}, changes ${lines(changedLines)}`;
    item.accessibilityInformation = { label: count > 1 ? `${spoken}, grown ${count} times` : spoken };
    return item;
  }
}

export function isCandidateNode(node: unknown): node is CandidateNode {
  return node instanceof CandidateNode;
}

/** The first line that does something; a comment tells candidates of one strategy not apart. */
function firstLine(body: string): string {
  const lines = body.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !/^(#|\/\/|\/?\*)/.test(line)) ?? '(empty)';
}

function score({ report }: RankedCandidate): string {
  const total = report.passed + report.failed + report.errors;
  return total > 0 ? `${report.passed}/${total}` : '';
}

function lines(count: number): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}`;
}

/** The facts that its place rests on, and the code itself. */
function evidence(entry: RankedCandidate, body: string, uri: vscode.Uri): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**Candidate ${entry.rank}**\n\n`);
  for (const { text: fact } of entry.evidence) text.appendMarkdown('- ').appendText(fact).appendMarkdown('\n');
  text.appendMarkdown('\n').appendCodeblock(body.trimEnd(), codeLanguage(uri));
  return text;
}
