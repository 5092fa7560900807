import * as vscode from 'vscode';
import type { CaseResult } from '../../core/report.ts';
import type { Run } from '../runs/run.ts';
import { projectOf } from '../workspace.ts';
import type { TreeNode } from './tree-node.ts';

/** A test that a candidate fails. */
export class TestNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  /** Where the test is written, if the report says so; the line is 0-based. */
  readonly source: { uri: vscode.Uri; line: number } | undefined;
  readonly #failure: CaseResult;

  constructor(parent: TreeNode, run: Run, failure: CaseResult) {
    this.id = `${parent.id}/${failure.id}`;
    this.parent = parent;
    this.#failure = failure;
    if (failure.file !== undefined) {
      const uri = vscode.Uri.joinPath(vscode.Uri.file(projectOf(run.target.uri)), failure.file);
      this.source = { uri, line: (failure.line ?? 1) - 1 };
    }
  }

  children(): TreeNode[] {
    return [];
  }

  item(): vscode.TreeItem {
    const { id, message = '', status } = this.#failure;
    const item = new vscode.TreeItem(shortName(id));
    item.description = gist(message) || status;
    item.tooltip = new vscode.MarkdownString().appendText(id).appendMarkdown('\n').appendCodeblock(message, 'text');
    const colour = new vscode.ThemeColor(status === 'error' ? 'testing.iconErrored' : 'testing.iconFailed');
    item.iconPath = new vscode.ThemeIcon('beaker', colour);
    item.contextValue = this.source ? 'failedTest' : 'failedTest.unknown';
    if (this.source) item.command = { command: 'coppice.test.open', title: 'Open Failed Test', arguments: [this] };
    return item;
  }
}

export function isTestNode(node: unknown): node is TestNode {
  return node instanceof TestNode;
}

/** Ids begin with the file and class; the last part is what its author calls the test. */
function shortName(id: string): string {
  return id.split(/::| > /).at(-1)!;
}

/** The line of a message that says most: what comes after an introduction such as "Expected ... to be equal:". */
function gist(message: string): string {
  const [first = '', second] = message.split('\n').filter((line) => line.trim() !== '');
  return (first.trimEnd().endsWith(':') && second !== undefined ? second : first).trim();
}
