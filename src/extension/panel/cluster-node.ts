import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { refutations } from '../../core/rank/decision.ts';
import type { RankedCandidate } from '../../run/run-result.ts';
import { CandidateNode } from './candidate-node.ts';
import { shortened } from './markdown.ts';
import type { RunNode } from './run-node.ts';
import type { TreeNode } from './tree-node.ts';
import { outcome, verdictIcon } from './verdict.ts';

const ANSWER_LENGTH = 24;

/** Candidates that no test told apart, as one row. */
export class ClusterNode implements TreeNode {
  readonly id: string;
  readonly parent: RunNode;
  readonly #entries: RankedCandidate[];

  /** @param behaviour its key; the number of a cluster changes while candidates are judged, what it does does not */
  constructor(parent: RunNode, behaviour: string, entries: RankedCandidate[]) {
    this.id = `${parent.id}/${createHash('sha1').update(behaviour).digest('base64url')}`;
    this.parent = parent;
    this.#entries = entries;
  }

  children(): TreeNode[] {
    return this.#entries.map((entry) => new CandidateNode(this, this.parent.run, entry));
  }

  item(): vscode.TreeItem {
    const { report } = this.#entries[0]!;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const isRefuted = refutations(report) > 0;
    const worthReading = !isRefuted && (report.verdict === 'passed' || report.verdict === 'untested');
    const item = new vscode.TreeItem(capitalised(outcome(report)), worthReading ? Expanded : Collapsed);
    const count = this.#entries.reduce((sum, entry) => sum + entry.count, 0);
    const candidates = `${count} ${count === 1 ? 'candidate' : 'candidates'}`;
    const said = isRefuted ? 'ruled out' : this.#answer();
    item.description = said === undefined ? candidates : `${candidates} · ${said}`;
    const ruledOut = isRefuted ? ', and give something else than you said' : '';
    item.tooltip = `${capitalised(outcome(report))}: ${candidates} behave the same${ruledOut}`;
    item.iconPath = verdictIcon(report);
    item.contextValue = 'cluster';
    return item;
  }

  /** What they give for the input that is asked about. */
  #answer(): string | undefined {
    const { question } = this.parent.run;
    const { outputs } = this.#entries[0]!.report;
    const given = question && outputs?.find(({ input }) => input === question.input);
    return given && shortened(given.text, ANSWER_LENGTH);
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
