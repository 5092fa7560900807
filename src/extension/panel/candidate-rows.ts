import * as vscode from 'vscode';
import type { Run } from '../runs/run.ts';
import { RunNode } from './run-node.ts';
import type { TreeNode } from './tree-node.ts';

/**
 * VS Code puts off drawing a tree until nothing has been said of it for 200 ms, except for the first change after such a
 * pause. So changes are told at once where there was a pause, and never more often than that: told every 100 ms, none of them
 * would be drawn before the run is over.
 */
const REDRAW_MS = 205;

/**
 * Drawing may take longer than that, and changes that are told meanwhile queue up: the panel would fall behind the run. So the
 * next ones wait until VS Code has come to the last ones, or for this long where it does not, as with a panel that is hidden.
 */
const PATIENCE_MS = 2000;
const LOOK_MS = 20;

/** What VS Code was told of a row. */
interface Drawn {
  face: string;
  children?: readonly TreeNode[];
  tooltip?: string;
}

/**
 * The rows of the panel, made as VS Code asks for them. A change of a run is told as the rows that look different for it: a row
 * that is told is drawn anew with all below it, and whoever has the mouse on it loses the buttons for a moment.
 */
export class CandidateRows implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #runs: () => readonly Run[];
  readonly #rows = new WeakMap<Run, RunNode>();
  readonly #drawn = new Map<string, Drawn>();
  #roots: RunNode[] = [];
  /** The runs to look at; `undefined` in it stands for all. */
  readonly #stale = new Set<Run | undefined>();
  #timer: NodeJS.Timeout | undefined;
  /** What was told last, until VS Code asks for the first of it. */
  #awaited: ReadonlySet<TreeNode | undefined> = new Set();
  #toldAt = Number.NEGATIVE_INFINITY;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(runs: () => readonly Run[]) {
    this.#runs = runs;
  }

  /** Draws what has changed of a run soon, or of everything where runs have come or gone. */
  redraw(run: Run | undefined): void {
    this.#stale.add(run);
    this.#timer ??= setTimeout(() => this.#tell(), Math.max(0, this.#toldAt + REDRAW_MS - performance.now()));
  }

  row(run: Run): RunNode {
    const row = this.#rows.get(run) ?? new RunNode(run);
    this.#rows.set(run, row);
    return row;
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (!node) {
      this.#seen(undefined);
      const before = this.#roots;
      this.#roots = this.#runs().map((run) => this.row(run));
      for (const gone of before.filter((row) => !this.#roots.includes(row))) {
        this.#forgetBelow(gone);
        this.#drawn.delete(gone.id);
      }
      return [...this.#roots];
    }
    const children = node.children();
    this.#forgetBelow(node);
    const drawn = this.#drawn.get(node.id);
    if (drawn) drawn.children = children;
    return [...children];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    this.#seen(node);
    const item = node.item();
    const children = this.#drawn.get(node.id)?.children;
    this.#drawn.set(node.id, { face: faceOf(item), ...(children ? { children } : {}) });
    return Object.assign(item, { id: node.id });
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const tooltip = node.tooltip?.();
    const drawn = this.#drawn.get(node.id);
    if (tooltip && drawn) drawn.tooltip = tooltip.value;
    return Object.assign(item, tooltip ? { tooltip } : {});
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }

  #seen(node: TreeNode | undefined): void {
    if (this.#awaited.has(node)) this.#awaited = new Set();
  }

  #tell(): void {
    if (this.#awaited.size > 0 && performance.now() < this.#toldAt + PATIENCE_MS) {
      this.#timer = setTimeout(() => this.#tell(), LOOK_MS);
      return;
    }
    this.#timer = undefined;
    const all = this.#stale.has(undefined);
    const changed = all ? [] : [...this.#stale].flatMap((run) => (run ? this.#changesFrom(this.row(run)) : []));
    this.#stale.clear();
    if (!all && changed.length === 0) return;
    this.#awaited = new Set(all ? [undefined] : changed);
    this.#changed.fire(all ? undefined : changed);
    this.#toldAt = performance.now();
  }

  /** The topmost rows that look different, or have other rows below them. */
  #changesFrom(node: TreeNode): TreeNode[] {
    const drawn = this.#drawn.get(node.id);
    if (!drawn) return [];
    const isOther = drawn.face !== faceOf(node.item());
    if (isOther || (drawn.tooltip !== undefined && drawn.tooltip !== node.tooltip?.().value)) return [node];
    if (!drawn.children) return [];
    const children = node.children();
    const isSame =
      children.length === drawn.children.length && children.every((row, at) => row === drawn.children![at]);
    return isSame ? children.flatMap((child) => this.#changesFrom(child)) : [node];
  }

  #forgetBelow(node: TreeNode): void {
    for (const child of this.#drawn.get(node.id)?.children ?? []) {
      this.#forgetBelow(child);
      // A row that has moved elsewhere is drawn there.
      if (child.parent === node) this.#drawn.delete(child.id);
    }
  }
}

/** All that is seen or heard of a row without the mouse. */
function faceOf({ command: _, ...looks }: vscode.TreeItem): string {
  return JSON.stringify(looks);
}
