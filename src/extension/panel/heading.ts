import * as vscode from 'vscode';
import type { Run } from '../runs/run.ts';
import type { Runs } from '../runs/runs.ts';
import { candidateCount } from './words.ts';

const { t } = vscode.l10n;

/** It is drawn at most this often. */
const REDRAW_MS = 50;

/**
 * How far the newest run is and how many have passed so far, in the heading of a view and on its icon. VS Code draws these at
 * once, where rows are drawn five times a second at most.
 */
export class Heading implements vscode.Disposable {
  readonly #runs: Runs;
  readonly #view: Pick<vscode.TreeView<unknown>, 'description' | 'badge'>;
  readonly #listener: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(runs: Runs, view: Pick<vscode.TreeView<unknown>, 'description' | 'badge'>) {
    this.#runs = runs;
    this.#view = view;
    this.#listener = runs.onDidChange(() => {
      this.#timer ??= setTimeout(() => this.#draw(), Math.max(0, this.#drawnAt + REDRAW_MS - performance.now()));
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listener.dispose();
  }

  #draw(): void {
    this.#timer = undefined;
    this.#drawnAt = performance.now();
    const { newest } = this.#runs;
    this.#view.description = newest ? progress(newest) : '';
    this.#view.badge = newest && newest.passedCount > 0 ? badge(newest) : undefined;
  }
}

function badge(run: Run): vscode.ViewBadge {
  const all = candidateCount(run.candidates);
  const tooltip =
    run.decisions.length > 0
      ? t('{0} of {1} passed and give what you said', run.passedCount, all)
      : t('{0} of {1} passed', run.passedCount, all);
  return { value: run.passedCount, tooltip };
}

/** How far a run is, in the heading of the view. */
function progress(run: Run): string {
  const { phase, grownCount, judgedCount, candidates, passedCount } = run;
  if (phase.kind === 'preparing') return phase.what;
  if (phase.kind !== 'growing') return '';
  const isGrowing = grownCount < candidates;
  if (run.tested && judgedCount > 0) {
    return isGrowing
      ? t('growing {0}/{1}, {2} passed', grownCount, candidates, passedCount)
      : t('testing {0}/{1}, {2} passed', judgedCount, candidates, passedCount);
  }
  return isGrowing
    ? t('growing {0}/{1}, {2} tokens', grownCount, candidates, phase.tokens)
    : t('testing {0}/{1}', judgedCount, candidates);
}
