import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Candidate } from '../../../src/core/candidate.ts';
import { rank } from '../../../src/core/rank/rank.ts';
import type { Judged } from '../../../src/core/rank/ranking.ts';
import type { Report } from '../../../src/core/report.ts';
import type { Context } from '../../../src/extension/context.ts';
import { FunctionBody } from '../../../src/extension/function-body.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { candidateFile } from '../../../src/run/candidate-file.ts';
import { unifiedDiff } from '../../../src/run/diff.ts';
import type { RankedCandidate, RunResult } from '../../../src/run/run-result.ts';
import { readSourceFile } from '../../../src/run/source-file.ts';
import { findTarget } from '../../../src/run/target.ts';
import type { Syntax } from '../../../src/syntax/syntax.ts';
import { START_LIMIT_MS } from '../limits.ts';
import { newRun, until } from './scene.ts';

const REPORT = { errors: 0, timedOut: false, durationMs: 1, cases: [] };
const BASELINE: Report = { ...REPORT, verdict: 'failed', passed: 0, failed: 1 };
const PASSED: Report = { ...REPORT, verdict: 'passed', passed: 1, failed: 0 };

/** Candidates are given here, so that each says what is to be accepted; the growing suite accepts what a model grew. */
describe('accepting candidates', function () {
  this.timeout(2 * START_LIMIT_MS);
  let context: Context;
  let syntax: Syntax;
  let folder: string;
  const made: string[] = [];

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    syntax = await context.services.syntax();
    folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  });

  afterEach(async () => {
    for (const run of [...context.runs.all]) context.runs.remove(run);
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const path of made.splice(0)) await rm(path, { force: true });
  });

  async function make(name: string, content: string): Promise<vscode.Uri> {
    const path = join(folder, name);
    made.push(path);
    await writeFile(path, content);
    return vscode.Uri.file(path);
  }

  /** A file of these texts with a run for its function, and bodies as a model would have written them. */
  async function runOf(name: string, text: string, bodies: string[]) {
    const uri = await make(name, text);
    const editor = await vscode.window.showTextDocument(uri);
    const source = await readSourceFile(folder, name);
    const target = findTarget(syntax, source, { symbol: 'f' });
    const line = source.text.slice(0, target.region.start).split('\n').length - 1;
    const at = new vscode.Position(line, source.text.split('\n')[line]!.length - 1);
    const place = await FunctionBody.at(
      syntax,
      editor.document,
      { line: at.line + 1, column: at.character + 1 },
      folder,
    );
    const run = newRun(place, { workspace: folder, file: name, tests: { kind: 'none' }, candidates: bodies.length });
    const files = bodies.map((body) => candidateFile(syntax, target, body));
    const judged = files.map(({ body, text: whole, imports }, index): Judged => {
      const id = `c${index}`;
      const candidate: Candidate = { index, text: body, tokens: [1], logprob: -1, leaf: [], stop: 'end-token' };
      run.receive({ kind: 'grown', id, candidate, body, imports, text: whole });
      run.receive({ kind: 'judged', id, report: PASSED });
      const about = { count: 1, logprob: -1, tokens: 1, changedLines: 1 };
      return { id, text: whole, report: PASSED, ...about };
    });
    const ranking = rank(judged, BASELINE).map(({ logprob = null, tokens = null, ...entry }): RankedCandidate => {
      return { ...entry, logprob, tokens, state: 'judged', diff: unifiedDiff(name, source.text, entry.text) };
    });
    run.receive({ kind: 'ranking', ranking });
    context.runs.add(run);
    return { editor, run, files, uri };
  }

  function resultOf(run: Run): RunResult {
    const { workspace, file, candidates, model } = run.request;
    const gpuAdapter = { vendor: '', device: '', description: '', backend: '', software: true };
    const timings = { totalMs: 3, baselineMs: 1, judgeMs: 1, loadMs: 0, prefillMs: 1, decodeMs: 1 };
    return {
      run: {
        ...{ id: run.id, workspace, file, symbol: 'f', candidates, model, seed: 1, restarts: [] },
        ...{ tests: { kind: 'command', command: 'true' }, sandbox: 'container', baseline: BASELINE },
        ...{ distinguishing: null, generatedTests: null, gpuAdapter, tier: 'portable', timings },
        prompt: { tokens: 1, nodes: 1, reusedTokens: 0, dialect: 'plain' },
        decoded: { tokens: candidates, steps: 1 },
      },
      ranking: [...run.ranking],
    };
  }

  /** As the editor has it. */
  const text = (editor: vscode.TextEditor) => editor.document.getText();

  async function accept(run: Run, candidate = 'c0'): Promise<void> {
    const rest = run.ranking.filter(({ id }) => id !== candidate);
    run.receive({ kind: 'ranking', ranking: [run.entry(candidate)!, ...rest] });
    await vscode.commands.executeCommand('coppice.candidate.accept');
  }

  const windows = 'import os\r\n\r\n\r\ndef f(s):\r\n\t"""F."""\r\n\tpass\r\n\r\n\r\ndef g(s):\r\n\treturn s\r\n';

  it('makes of a file with CRLF and tabs exactly what was judged, imports included, and undoes it in one step', async () => {
    const { editor, run, files } = await runOf('crlf.py', windows, [
      '    if s:\n        return re.escape(s)\n    return ""\n',
    ]);
    assert.match(files[0]!.text, /^import os\r\nimport re\r\n\r\n\r\ndef f.*\r\n.*\r\n\tif s:\r\n\t\treturn re/);
    await accept(run);
    assert.equal(text(editor), files[0]!.text);
    await vscode.commands.executeCommand('undo');
    assert.equal(text(editor), windows);
  });

  it('touches no line that stays, and leaves the cursor behind the last statement', async () => {
    const before = 'def f(s):\n    a = s\n    b = a\n    return a\n\n\ndef g(s):\n    return s\n';
    const { editor, run } = await runOf('minimal.py', before, ['    a = s\n    b = a + 1\n    return a\n']);
    const ranges: vscode.Range[] = [];
    const listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document === editor.document) ranges.push(...contentChanges.map(({ range }) => range));
    });
    await accept(run);
    listener.dispose();
    // VS Code itself leaves out what an edit has in common with the text.
    assert.ok(ranges.length > 0 && ranges.every(({ start, end }) => start.line >= 2 && end.line <= 3));
    assert.equal(text(editor), before.replace('b = a\n', 'b = a + 1\n'));
    assert.deepEqual([editor.selection.active.line, editor.selection.active.character], [3, 12]);
  });

  it('exchanges one candidate for another, with its imports', async () => {
    const before = 'def f(s):\n    pass\n';
    const { editor, run } = await runOf('exchange.py', before, [
      '    return re.escape(s)\n',
      '    return s\n',
      '    return math.pi\n',
    ]);
    await accept(run, 'c0');
    assert.equal(text(editor), 'import re\n\ndef f(s):\n    return re.escape(s)\n');
    await accept(run, 'c2');
    assert.equal(text(editor), 'import math\n\ndef f(s):\n    return math.pi\n');
    await accept(run, 'c1');
    assert.equal(text(editor), 'def f(s):\n    return s\n');
  });

  it('refuses what was changed underneath, and compares it with the candidate at a click', async () => {
    const { editor, run, uri } = await runOf('changed.py', 'def f(s):\n    pass\n', ['    return s\n']);
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 4, 1, 8), 'return 17'));
    await accept(run);
    assert.equal(text(editor), 'def f(s):\n    return 17\n');
    await vscode.commands.executeCommand('notification.acceptPrimaryAction');
    const input = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    await until('the diff opens', () => input() instanceof vscode.TabInputTextDiff);
    const { original, modified } = input() as vscode.TabInputTextDiff;
    assert.equal(modified.toString(), uri.toString());
    assert.equal((await vscode.workspace.openTextDocument(original)).getText(), 'def f(s):\n    return s\n');
  });

  it('runs the formatter on what was accepted where the user formats on save, in the same undo step', async () => {
    const ranges: vscode.Range[] = [];
    const formatter = vscode.languages.registerDocumentRangeFormattingEditProvider('python', {
      provideDocumentRangeFormattingEdits(document, range) {
        ranges.push(range);
        const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line));
        return lines.flatMap(({ text: line, lineNumber }) => {
          const at = line.indexOf('a+b');
          return at < 0 ? [] : [vscode.TextEdit.replace(new vscode.Range(lineNumber, at, lineNumber, at + 3), 'a + b')];
        });
      },
    });
    const settings = vscode.workspace.getConfiguration('editor');
    const before = 'def g(a, b):\n    return a+b\n\n\ndef f(a, b):\n    pass\n';
    try {
      const { editor, run } = await runOf('format.py', before, ['    return a+b\n', '    return a\n']);
      await accept(run);
      assert.ok(text(editor).endsWith('    return a+b\n'), 'not without being asked to');
      await vscode.commands.executeCommand('undo');
      await settings.update('formatOnSave', true, vscode.ConfigurationTarget.Workspace);
      await accept(run);
      assert.equal(text(editor), before.replace('    pass\n', '    return a + b\n'), 'and nothing but the new lines');
      assert.ok(ranges.every(({ start }) => start.line === 5));
      await vscode.commands.executeCommand('undo');
      assert.equal(text(editor), before);
      await vscode.commands.executeCommand('redo');
      await accept(run, 'c1');
      assert.equal(text(editor), before.replace('    pass\n', '    return a\n'), 'what was formatted may be exchanged');
    } finally {
      formatter.dispose();
      await settings.update('formatOnSave', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('adds the imports that the language service knows for names of the candidate alone', async () => {
    // The language service offers what is in its project; without this that would be open files alone.
    await make('tsconfig.json', '{ "include": ["*.ts"] }');
    await make('money.ts', 'export interface Money { cents: number }\nexport interface Other { x: 1 }\n');
    const before = 'export function g(): Other {\n  return { x: 1 };\n}\n\nexport function f(cents: number) {\n}\n';
    const { editor, run } = await runOf('accepting.ts', before, [
      '  const money: Money = { cents };\n  return money;\n',
    ]);
    // The language service answers late while it starts, and accepting waits for it only so long.
    const { uri } = editor.document;
    const importsOf = (name: string) => {
      const at = editor.document.positionAt(text(editor).indexOf(name));
      const range = new vscode.Range(at, at.translate(0, name.length));
      const kind = vscode.CodeActionKind.QuickFix.value;
      return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range, kind);
    };
    await until('the language service knows what to import', async () => (await importsOf('Other')).length > 0);
    await accept(run);
    const body = '  const money: Money = { cents };\n  return money;\n';
    assert.match(text(editor), /^import (type )?\{ Money \} from ["']\.\/money["'];\r?\n/);
    assert.ok(text(editor).includes(`f(cents: number) {\n${body}}`));
    await vscode.commands.executeCommand('undo');
    assert.equal(text(editor), before);
  });

  it('completes what ghost text has brought with its imports', async () => {
    const { editor, run } = await runOf('ghost.py', 'def f(s):\n    pass\n', ['    return re.escape(s)\n']);
    run.finish(resultOf(run));
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 8), ''));
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    const isComplete = () => text(editor) === 'import re\n\ndef f(s):\n    return re.escape(s)\n';
    const deadline = Date.now() + START_LIMIT_MS;
    while (!isComplete() && Date.now() < deadline) {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(isComplete(), text(editor));
  });

  it('leaves the cursor to who has gone on while that is done', async () => {
    const { editor, run } = await runOf('gone-on.py', 'def f(s):\n    pass\n', ['    return re.escape(s)\n']);
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 8), '    return re.escape(s)'));
    editor.selection = new vscode.Selection(0, 5, 0, 5);
    await vscode.commands.executeCommand('coppice.candidate.complete', run.id, 'c0');
    assert.equal(text(editor), 'import re\n\ndef f(s):\n    return re.escape(s)\n');
    const { active } = editor.selection;
    assert.deepEqual([editor.document.lineAt(active.line).text, active.character], ['def f(s):', 5]);
  });
});
