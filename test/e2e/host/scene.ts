/** What suites of the extension host set up and wait for. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DEFAULT_SAMPLING } from '../../../src/core/candidate.ts';
import type { FunctionBody } from '../../../src/extension/function-body.ts';
import { Run } from '../../../src/extension/runs/run.ts';
import type { GrowRequest } from '../../../src/run/grow.ts';

const LOOK_MS = 20;
const LIMIT_MS = 60_000;

/** `words.py` of the project that is open. */
export async function openWords(): Promise<vscode.TextEditor> {
  const [file] = await vscode.workspace.findFiles('words.py');
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file!));
}

/** Puts the cursor below the header of a Python function. */
export function putCursorIn(editor: vscode.TextEditor, symbol: string): void {
  const lines = editor.document.getText().split('\n');
  const line = lines.findIndex((text) => text.startsWith(`def ${symbol}(`));
  assert.ok(line >= 0, symbol);
  editor.selection = new vscode.Selection(line + 1, 4, line + 1, 4);
}

/** Gives a document another text as one edit, in an editor that may have been closed meanwhile. */
export async function rewrite({ document }: vscode.TextEditor, text: string): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), text));
  return editor;
}

/** A run that nothing has happened to yet, and no engine works for. */
export function newRun(
  target: FunctionBody,
  asked: Pick<GrowRequest, 'workspace' | 'file' | 'candidates' | 'tests'>,
): Run {
  return new Run(target, {
    ...{ overlays: [], maxTokens: 64, sampling: DEFAULT_SAMPLING, model: 'sprout' },
    ...{ reproducible: false, allowUnsandboxed: false },
    ...asked,
  });
}

export async function until(what: string | (() => string), holds: () => boolean, limitMs = LIMIT_MS): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `never ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
