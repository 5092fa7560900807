import * as vscode from 'vscode';
import type { Context } from './context.ts';
import { CANDIDATES_VIEW } from './panel/candidates-view.ts';
import type { Run } from './runs/run.ts';

/** What Coppice is doing, in the status bar; a click leads to the panel. */
export function registerStatusItem({ runs }: Context): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('coppice.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Coppice';
  item.command = `${CANDIDATES_VIEW}.focus`;
  const update = () => {
    const { text, tooltip } = describe(runs.going ?? runs.newest);
    const waiting = runs.waiting.length;
    item.text = waiting > 0 ? vscode.l10n.t('{0}, {1} waiting', text, waiting) : text;
    item.tooltip = tooltip;
  };
  update();
  item.show();
  return vscode.Disposable.from(item, runs.onDidChange(update));
}

function describe(run: Run | undefined): { text: string; tooltip: string } {
  const name = '$(type-hierarchy-sub) Coppice';
  if (!run) return { text: name, tooltip: 'Coppice: no candidates have been grown yet' };
  const { phase, candidates, target } = run;
  switch (phase.kind) {
    case 'waiting':
      return { text: name, tooltip: vscode.l10n.t('{0}: waiting', target.symbol) };
    case 'preparing':
      return { text: '$(loading~spin) Coppice', tooltip: `${target.symbol}: ${phase.what}` };
    case 'growing': {
      const tests = run.tested ? `, ${run.judgedCount} tested` : '';
      const text =
        run.grownCount < candidates
          ? `$(loading~spin) Growing ${run.grownCount}/${candidates}`
          : `$(loading~spin) Testing ${run.judgedCount}/${candidates}`;
      return { text, tooltip: `${target.symbol}: ${run.grownCount} of ${candidates} grown${tests}` };
    }
    case 'finished': {
      if (!run.tested) return { text: name, tooltip: `${target.symbol}: ${candidates} candidates, not tested` };
      const said = run.decisions.length > 0 ? ' and give what you said' : '';
      const outcome = `${run.passedCount} of ${candidates} candidates passed${said}`;
      return { text: `${name} ${run.passedCount}/${candidates}`, tooltip: `${target.symbol}: ${outcome}` };
    }
    case 'cancelled':
      return { text: name, tooltip: `${target.symbol}: cancelled` };
    case 'failed':
      return { text: '$(warning) Coppice', tooltip: `${target.symbol}: ${phase.error.message}` };
  }
}
