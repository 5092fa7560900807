import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { RankedCandidate } from '../../run/run-result.ts';
import { CandidateNode } from './candidate-node.ts';
import type { RunNode } from './run-node.ts';
import type { TreeNode } from './tree-node.ts';
import { outcome, verdictIcon } from './verdict.ts';

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
    const worthReading = report.verdict === 'passed' || report.verdict === 'untested';
    const item = new vscode.TreeItem(capitalised(outcome(report)), worthReading ? Expanded : Collapsed);
    const count = this.#entries.reduce((sum, entry) => sum + entry.count, 0);
    item.description = `${count} ${count === 1 ? 'candidate' : 'candidates'}`;
    item.tooltip = `${capitalised(outcome(report))}: ${item.description} behave the same`;
    item.iconPath = verdictIcon(report);
    item.contextValue = 'cluster';
    return item;
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
