import * as vscode from 'vscode';
import { comparedValues } from '../../core/compared-values.ts';
import type { CaseResult } from '../../core/report.ts';
import { caseMessage } from '../error-words.ts';
import type { Run } from '../runs/run.ts';
import { projectOf } from '../workspace.ts';
import { shortened } from './markdown.ts';
import type { TreeNode } from './tree-node.ts';

/** What a row has room for. */
const VALUE_LENGTH = 40;
const SPOKEN_LENGTH = 200;

/** A test that a candidate fails. */
export class TestNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly run: Run;
  /** The id of the candidate within the run. */
  readonly candidate: string;
  readonly failure: CaseResult;
  /** Where the test is written, if the report says so; the line is 0-based. */
  readonly source: { uri: vscode.Uri; line: number } | undefined;

  constructor(parent: TreeNode, run: Run, candidate: string, failure: CaseResult) {
    this.id = `${parent.id}/${failure.id}`;
    this.parent = parent;
    this.run = run;
    this.candidate = candidate;
    this.failure = failure;
    if (failure.file !== undefined) {
      const uri = vscode.Uri.joinPath(vscode.Uri.file(projectOf(run.target.uri)), failure.file);
      this.source = { uri, line: (failure.line ?? 1) - 1 };
    }
  }

  children(): TreeNode[] {
    return [];
  }

  item(): vscode.TreeItem {
    const { id, message = '', status } = this.failure;
    const shown = gist(caseMessage(this.failure));
    const name = shortName(id);
    const item = new vscode.TreeItem(name);
    item.description =
      difference(message, VALUE_LENGTH) ??
      (shown || (status === 'error' ? vscode.l10n.t('error') : vscode.l10n.t('failed')));
    const isError = status === 'error';
    item.iconPath = isError
      ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('testing.iconErrored'))
      : new vscode.ThemeIcon('close', new vscode.ThemeColor('testing.iconFailed'));
    item.contextValue = this.source ? 'failedTest' : 'failedTest.unknown';
    item.command = this.source
      ? { command: 'coppice.test.open', title: vscode.l10n.t('Open Failed Test'), arguments: [this] }
      : { command: 'coppice.test.openMessage', title: vscode.l10n.t('Show What It Said'), arguments: [this] };
    const why = difference(message, SPOKEN_LENGTH) ?? shortened(shown, SPOKEN_LENGTH);
    const spoken = isError
      ? vscode.l10n.t('The test {0} ends with an error: {1}.', name, why)
      : vscode.l10n.t('The test {0} fails: {1}.', name, why);
    item.accessibilityInformation = { label: spoken };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { id } = this.failure;
    return new vscode.MarkdownString()
      .appendText(id)
      .appendMarkdown('\n')
      .appendCodeblock(caseMessage(this.failure), 'text');
  }
}

export function isTestNode(node: unknown): node is TestNode {
  return node instanceof TestNode;
}

/** Ids begin with the file and class; the last part is what its author calls the test. */
export function shortName(id: string): string {
  const last = id.split(/::| > /).at(-1)!;
  // unittest writes the path of its module, the class and the test with full stops.
  return /^[\w.]+\.test\w*$/.test(last) ? last.slice(last.lastIndexOf('.') + 1) : last;
}

/** What was expected and what came, where the message says so. */
function difference(message: string, length: number): string | undefined {
  const values = comparedValues(message);
  if (!values) return undefined;
  const [expected, actual] = [values.expected, values.actual].map((text) => {
    return shortened(text.replace(/\s+/g, ' '), length);
  }) as [string, string];
  return values.isSure ? vscode.l10n.t('expected {0}, got {1}', expected, actual) : `${actual} ≠ ${expected}`;
}

/** The line of a message that says most: what comes after an introduction such as "Expected ... to be equal:". */
function gist(message: string): string {
  const [first = '', second] = message.split('\n').filter((line) => line.trim() !== '');
  return (first.trimEnd().endsWith(':') && second !== undefined ? second : first).trim();
}
