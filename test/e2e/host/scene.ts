/** What suites of the extension host set up and wait for. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DEFAULT_SAMPLING } from '../../../src/core/candidate.ts';
import type { Context } from '../../../src/extension/context.ts';
import type { FunctionBody } from '../../../src/extension/function-body.ts';
import { Run } from '../../../src/extension/runs/run.ts';
import type { GrowRequest } from '../../../src/run/grow.ts';
import { START_LIMIT_MS } from '../limits.ts';

const LOOK_MS = 20;

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

/** Starts to grow at the cursor. Gives the run once it grows, and the promise of its end. */
export async function growing({ runs }: Context): Promise<{ run: Run; end: Thenable<unknown> }> {
  const known = new Set(runs.all);
  let end: Thenable<unknown>;
  const run = await new Promise<Run>((resolve, reject) => {
    const listener = runs.onDidChange((changed) => {
      if (!changed || known.has(changed) || changed.phase.kind !== 'growing') return;
      listener.dispose();
      resolve(changed);
    });
    end = vscode.commands.executeCommand('coppice.candidates.grow');
    end.then(() => reject(new Error('It was over before it grew.')), reject);
  });
  return { run, end: end! };
}

export async function until(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  limitMs = START_LIMIT_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `never ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
