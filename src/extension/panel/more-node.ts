import * as vscode from 'vscode';
import type { Run } from '../runs/run.ts';
import type { TreeNode } from './tree-node.ts';

/** VS Code draws what is on the screen, but asks for every row of a list. */
export const PAGE = 100;

/** Stands for the rows of a long list that are not shown yet. */
export class MoreNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly run: Run;
  /** How many there are, set before each drawing. */
  hidden = 0;
  readonly #show: () => void;

  /** @param show shows another page of the list */
  constructor(parent: TreeNode, run: Run, show: () => void) {
    this.id = `${parent.id}/more`;
    this.parent = parent;
    this.run = run;
    this.#show = show;
  }

  showMore(): void {
    this.#show();
  }

  children(): TreeNode[] {
    return [];
  }

  item(): vscode.TreeItem {
    const label = vscode.l10n.t('Show more ({0} are not shown)', this.hidden);
    const item = new vscode.TreeItem(label);
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.contextValue = 'more';
    item.command = { command: 'coppice.rows.showMore', title: vscode.l10n.t('Show More'), arguments: [this] };
    item.accessibilityInformation = { label };
    return item;
  }
}

/** A list that is shown a page at a time. */
export class Pages<Row extends TreeNode> {
  #shown = PAGE;
  readonly #more: MoreNode;

  constructor(parent: TreeNode, run: Run) {
    this.#more = new MoreNode(parent, run, () => {
      this.#shown += PAGE;
    });
  }

  /** How many of a list are shown. */
  get shown(): number {
    return this.#shown;
  }

  /**
   * @param rows those that are shown
   * @param all how many there are
   */
  with(rows: Row[], all: number): TreeNode[] {
    this.#more.hidden = all - rows.length;
    return this.#more.hidden > 0 ? [...rows, this.#more] : rows;
  }
}
