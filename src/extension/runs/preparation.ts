import * as vscode from 'vscode';
import type { GrowEvent } from '../../run/grow.ts';

/** What is done before the first token, and how far it is. */
export function preparation({ phase, done, total }: Extract<GrowEvent, { kind: 'progress' }>): string {
  const what = work(phase);
  return total > 0 ? `${what} ${Math.round((100 * done) / total)}%` : what;
}

function work(phase: Extract<GrowEvent, { kind: 'progress' }>['phase']): string {
  switch (phase) {
    case 'loading':
      return vscode.l10n.t('loading the model');
    case 'tuning':
      return vscode.l10n.t('tuning the kernels to this GPU, once');
    case 'prefill':
      return vscode.l10n.t('reading the prompt');
  }
}

export function restarted(process: Extract<GrowEvent, { kind: 'restarted' }>['process']): string {
  return process === 'engine'
    ? vscode.l10n.t('the engine was started again')
    : vscode.l10n.t('the judge was started again');
}
