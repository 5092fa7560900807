import * as vscode from 'vscode';
import type { Grown } from '../runs/run.ts';
import type { RunNode } from './run-node.ts';
import type { TreeNode } from './tree-node.ts';

/** The candidates whose tests have not ended yet. */
export class WaitingNode implements TreeNode {
  readonly id: string;
  readonly parent: RunNode;

  constructor(parent: RunNode) {
    this.id = `${parent.id}/waiting`;
    this.parent = parent;
  }

  children(): TreeNode[] {
    return this.parent.run.waiting.map((grown) => new GrownNode(this, grown));
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem('Waiting for tests', vscode.TreeItemCollapsibleState.Collapsed);
    item.description = String(this.parent.run.waiting.length);
    item.iconPath = new vscode.ThemeIcon('loading~spin');
    item.contextValue = 'waiting';
    return item;
  }
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
    const item = new vscode.TreeItem(this.#body.trimStart().split('\n', 1)[0] || '(empty)');
    item.iconPath = new vscode.ThemeIcon('circle-outline');
    item.contextValue = 'grown';
    return item;
  }
}
