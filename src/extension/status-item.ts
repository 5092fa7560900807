import * as vscode from 'vscode';
import type { Context } from './context.ts';
import { messageOf } from './error-words.ts';
import { CANDIDATES_VIEW } from './panel/candidates-view.ts';
import type { Run } from './runs/run.ts';

const { t } = vscode.l10n;

/** What Coppice is doing, in the status bar; a click leads to the panel. */
export function registerStatusItem({ runs }: Context): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('coppice.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Coppice';
  item.command = `${CANDIDATES_VIEW}.focus`;
  const update = () => {
    const { text, tooltip } = describe(runs.going ?? runs.newest);
    const waiting = runs.waiting.length;
    item.text = waiting > 0 ? t('{0}, {1} waiting', text, waiting) : text;
    item.tooltip = tooltip;
  };
  update();
  item.show();
  return vscode.Disposable.from(item, runs.onDidChange(update));
}

function describe(run: Run | undefined): { text: string; tooltip: string } {
  const name = '$(type-hierarchy-sub) Coppice';
  if (!run) return { text: name, tooltip: t('Coppice: no candidates have been grown yet') };
  const { phase, candidates, target } = run;
  switch (phase.kind) {
    case 'waiting':
      return { text: name, tooltip: t('{0}: waiting', target.symbol) };
    case 'preparing':
      return { text: '$(loading~spin) Coppice', tooltip: `${target.symbol}: ${phase.what}` };
    case 'growing': {
      const { grownCount, judgedCount } = run;
      const text =
        grownCount < candidates
          ? t('Growing {0}/{1}', grownCount, candidates)
          : t('Testing {0}/{1}', judgedCount, candidates);
      const tooltip = run.tested
        ? t('{0}: {1} of {2} grown, {3} tested', target.symbol, grownCount, candidates, judgedCount)
        : t('{0}: {1} of {2} grown', target.symbol, grownCount, candidates);
      return { text: `$(loading~spin) ${text}`, tooltip };
    }
    case 'finished': {
      if (!run.tested) return { text: name, tooltip: t('{0}: {1} candidates, not tested', target.symbol, candidates) };
      const { passedCount } = run;
      const tooltip =
        run.decisions.length > 0
          ? t('{0}: {1} of {2} candidates passed and give what you said', target.symbol, passedCount, candidates)
          : t('{0}: {1} of {2} candidates passed', target.symbol, passedCount, candidates);
      return { text: `${name} ${passedCount}/${candidates}`, tooltip };
    }
    case 'cancelled':
      return { text: name, tooltip: t('{0}: cancelled', target.symbol) };
    case 'failed':
      return { text: '$(warning) Coppice', tooltip: `${target.symbol}: ${messageOf(phase.error)}` };
  }
}
