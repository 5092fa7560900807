import * as vscode from 'vscode';
import type { Grown, Run } from '../runs/run.ts';
import { Pages } from './more-node.ts';
import type { RunNode } from './run-node.ts';
import { Rows, type TreeNode } from './tree-node.ts';
import { firstLine } from './words.ts';

/** How far a run is, as its last row; below it the candidates whose tests have not ended yet. */
export class WaitingNode implements TreeNode {
  readonly id: string;
  readonly parent: RunNode;
  readonly #pages: Pages<GrownNode>;
  readonly #rows = new Rows<Grown, GrownNode>();

  constructor(parent: RunNode) {
    this.id = `${parent.id}/waiting`;
    this.parent = parent;
    this.#pages = new Pages(this, parent.run);
  }

  children(): TreeNode[] {
    const { waiting } = this.parent.run;
    const shown = waiting.slice(0, this.#pages.shown);
    return this.#pages.with(
      this.#rows.of(shown, (grown) => new GrownNode(this, grown)),
      waiting.length,
    );
  }

  item(): vscode.TreeItem {
    const { run } = this.parent;
    const { label, done } = stage(run);
    const waiting = run.waiting.length;
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, waiting > 0 ? Collapsed : None);
    const forTests = waiting > 0 ? vscode.l10n.t('{0} waiting for tests', waiting) : '';
    item.description = [done, forTests].filter(Boolean).join(' · ');
    item.iconPath = new vscode.ThemeIcon('loading~spin');
    item.contextValue = 'waiting';
    item.accessibilityInformation = { label: `${label}: ${[done, forTests].filter(Boolean).join(', ')}.` };
    return item;
  }
}

function stage({ grownCount, judgedCount, candidates }: Run): { label: string; done: string } {
  const of = (count: number) => vscode.l10n.t('{0} of {1}', count, candidates);
  return grownCount < candidates
    ? { label: vscode.l10n.t('Growing'), done: of(grownCount) }
    : { label: vscode.l10n.t('Testing'), done: of(judgedCount) };
}

class GrownNode implements TreeNode {
  readonly id: string;
  readonly parent: WaitingNode;
  readonly #body: string;

  constructor(parent: WaitingNode, { id, body }: Grown) {
    this.id = `${parent.id}/${id}`;
    this.parent = parent;
    this.#body = body;
  }

  children(): TreeNode[] {
    return [];
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(firstLine(this.#body));
    item.iconPath = new vscode.ThemeIcon('circle-outline');
    item.contextValue = 'grown';
    item.accessibilityInformation = { label: vscode.l10n.t('Waiting for tests: {0}', firstLine(this.#body)) };
    return item;
  }
}
