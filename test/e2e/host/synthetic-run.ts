import * as vscode from 'vscode';
import { rank } from '../../../src/core/rank/rank.ts';
import type { Judged } from '../../../src/core/rank/ranking.ts';
import type { CaseResult, Report } from '../../../src/core/report.ts';
import type { Context } from '../../../src/extension/context.ts';
import { FunctionBody } from '../../../src/extension/function-body.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { projectOf } from '../../../src/extension/workspace.ts';
import { changeSize } from '../../../src/run/change-size.ts';
import { unifiedDiff } from '../../../src/run/diff.ts';
import type { RankedCandidate } from '../../../src/run/run-result.ts';
import { newRun } from './scene.ts';

const CASES = 4;

/** A run that is fed with the events of a real one, in place of an engine and a judge. */
export class SyntheticRun {
  readonly run: Run;
  readonly #judged: Judged[] = [];
  readonly #diffs = new Map<string, string>();

  private constructor(run: Run) {
    this.run = run;
  }

  /** For `count_vowels` of the project that is open. */
  static async start(context: Context, candidates: number): Promise<SyntheticRun> {
    const [file] = await vscode.workspace.findFiles('words.py');
    const document = await vscode.workspace.openTextDocument(file!);
    const workspace = projectOf(document.uri);
    const line = document.getText().split('\n').indexOf('def count_vowels(text: str) -> int:');
    const syntax = await context.services.syntax();
    const target = await FunctionBody.at(syntax, document, { line: line + 2, column: 5 }, workspace);
    const run = newRun(target, { workspace, file: document.uri.fsPath, tests: { kind: 'auto' }, candidates });
    context.runs.add(run);
    return new SyntheticRun(run);
  }

  get judgedCount(): number {
    return this.#judged.length;
  }

  step(tokens: number): void {
    this.run.receive({ kind: 'step', step: tokens, live: this.run.candidates - this.run.grownCount, tokens });
  }

  /** One more candidate grows and is judged. Every fourth passes; the others fail in ways of their own. */
  judgeNext(): void {
    const index = this.#judged.length;
    const id = `c${String(index).padStart(4, '0')}`;
    const body = `    return ${index}\n`;
    const text = this.run.target.with(body);
    const { original } = this.run.target;
    const candidate = {
      index,
      text: body,
      tokens: [1, 2],
      logprob: -1 - (index % 7),
      leaf: [],
      stop: 'end-token',
    } as const;
    this.run.receive({
      kind: 'grown',
      id,
      candidate: { ...candidate, tokens: [1, 2], leaf: [] },
      body,
      imports: [],
      text,
    });
    const report = reportOf(index);
    this.run.receive({ kind: 'judged', id, report });
    const diff = unifiedDiff('words.py', original, text);
    this.#diffs.set(id, diff);
    const { added, removed } = changeSize(diff);
    this.#judged.push({ id, text, report, count: 1, logprob: -1, tokens: 2, changedLines: added + removed });
  }

  rank(): void {
    this.run.receive({ kind: 'ranking', ranking: this.ranking() });
  }

  ranking(): RankedCandidate[] {
    return rank(this.#judged, reportOf(1)).map(({ logprob = null, tokens = null, ...entry }) => {
      return { ...entry, logprob, tokens, state: 'judged', diff: this.#diffs.get(entry.id)! };
    });
  }
}

function reportOf(index: number): Report {
  const failing = index % 4;
  const cases = Array.from({ length: CASES }, (_, at): CaseResult => {
    const id = `tests/test_words.py::Words::test_${at}`;
    if (at >= failing) return { id, status: 'passed', durationMs: 1 };
    const message = `AssertionError: ${index % 200} != ${at}`;
    return { id, status: 'failed', durationMs: 1, message, file: 'tests/test_words.py', line: 3 };
  });
  const failed = Math.min(failing, CASES);
  return {
    ...{ verdict: failed > 0 ? 'failed' : 'passed', passed: CASES - failed, failed, errors: 0 },
    ...{ timedOut: false, durationMs: 4, cases },
  };
}
