import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import type { Run } from '../runs/run.ts';
import { RunNode } from './run-node.ts';
import type { TreeNode } from './tree-node.ts';

export const CANDIDATES_VIEW = 'coppice.candidates';

/** Candidates finish by the dozen; the panel is drawn anew at most this often. */
const REDRAW_MS = 100;

/** The panel: run > question > answer, and run > cluster > candidate > failed test. */
export function registerCandidatesView({ runs, state }: Context): vscode.Disposable {
  const rows = new CandidateRows(() => runs.all);
  const view = vscode.window.createTreeView(CANDIDATES_VIEW, { treeDataProvider: rows, showCollapseAll: true });
  let known = runs.newest;
  const update = (run: Run | undefined) => {
    rows.redraw(run);
    const { newest } = runs;
    view.badge = newest && newest.passedCount > 0 ? badge(newest) : undefined;
    view.message = newest && !newest.tested ? untestedMessage() : '';
    if (newest && newest !== known) view.reveal(rows.row(newest), { focus: false, select: false, expand: true });
    known = newest;
  };
  const seen = view.onDidChangeVisibility(({ visible }) => visible && state.look());
  return vscode.Disposable.from(view, rows, seen, runs.onDidChange(update));
}

function badge(run: Run): vscode.ViewBadge {
  const said = run.decisions.length > 0 ? ' and give what you said' : '';
  return { value: run.passedCount, tooltip: `${run.passedCount} of ${run.candidates} candidates passed${said}` };
}

function untestedMessage(): string {
  return vscode.workspace.isTrusted
    ? 'These candidates were grown without tests.'
    : 'Tests do not run in a workspace that is not trusted.';
}

class CandidateRows implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #runs: () => readonly Run[];
  readonly #rows = new WeakMap<Run, RunNode>();
  /** The rows to draw anew; `undefined` in it stands for all. */
  readonly #stale = new Set<TreeNode | undefined>();
  #timer: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(runs: () => readonly Run[]) {
    this.#runs = runs;
  }

  /** Draws a run anew soon, or everything. */
  redraw(run: Run | undefined): void {
    this.#stale.add(run && this.row(run));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const stale = this.#stale.has(undefined) ? [undefined] : [...this.#stale];
      this.#stale.clear();
      for (const row of stale) this.#changed.fire(row);
    }, REDRAW_MS);
  }

  /** VS Code knows a row by its object, so there is one for each run. */
  row(run: Run): RunNode {
    const row = this.#rows.get(run) ?? new RunNode(run);
    this.#rows.set(run, row);
    return row;
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return node ? node.children() : this.#runs().map((run) => this.row(run));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return Object.assign(node.item(), { id: node.id });
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}
