import * as vscode from 'vscode';
import type { TestPlan } from '../../core/protocol.ts';
import type { TestChoice } from '../settings.ts';

const SHOWN_FILES = 3;

/** What runs the tests, in few words. */
export function planName(plan: TestPlan | TestChoice): string {
  switch (plan.kind) {
    case 'auto':
      return plan.framework === undefined ? vscode.l10n.t('found automatically') : frameworkName(plan.framework);
    case 'command':
      return plan.command;
    case 'samples':
      return vscode.l10n.t('samples');
    case 'none':
      return vscode.l10n.t('no tests');
    default:
      return frameworkName(plan.kind);
  }
}

/** Which files hold the tests; empty where that is not known. */
export function planFiles(plan: TestPlan): string {
  if (!('files' in plan)) return '';
  const more = plan.files.length - SHOWN_FILES;
  const shown = plan.files.slice(0, SHOWN_FILES).join(', ');
  return more > 0 ? vscode.l10n.t('{0} and {1} more', shown, more) : shown;
}

function frameworkName(kind: string): string {
  return kind === 'node-test' ? 'node:test' : kind;
}
