import * as vscode from 'vscode';
import { limitName } from '../../core/limit-name.ts';
import { refutations } from '../../core/rank/decision.ts';
import { passes, type Report } from '../../core/report.ts';

/** What a report comes down to, as a short sentence without its full stop. */
export function outcome(report: Report): string {
  const { t } = vscode.l10n;
  const total = report.passed + report.failed + report.errors;
  switch (report.verdict) {
    case 'passed':
      if (!passes(report)) return t('Passes only where its code is beside the tests');
      return total === 1 ? t('Passes the test') : t('Passes all {0} tests', total);
    case 'failed': {
      if (report.timedOut) return t('Runs out of time');
      const failed = report.failed + report.errors;
      const ofRun = report.cases.filter((result) => result.ofRun).length;
      if (failed === ofRun) return t('Passes its tests, and something else goes wrong');
      return total === 1 ? t('Fails the test') : t('Fails {0} of {1} tests', failed, total);
    }
    case 'error':
      return report.interrupted
        ? t('Stopped by the {0} limit', limitName(report.interrupted, t))
        : t('No test could run');
    case 'unparsable':
      return t('Does not parse');
    case 'untested':
      return t('Not tested');
  }
}

/** What a user has ruled out is no longer what its tests say. A shape of its own for each verdict: colour alone tells some people nothing. */
export function verdictIcon(report: Report): vscode.ThemeIcon {
  const coloured = (icon: string, colour: string) => new vscode.ThemeIcon(icon, new vscode.ThemeColor(colour));
  if (refutations(report) > 0) return coloured('circle-slash', 'testing.iconSkipped');
  if (report.confirmation?.kind === 'flaky') return coloured('issue-reopened', 'testing.iconErrored');
  switch (report.verdict) {
    case 'passed':
      if (!passes(report)) return coloured('warning', 'testing.iconErrored');
      return coloured('pass', 'testing.iconPassed');
    case 'failed':
      return report.timedOut ? coloured('watch', 'testing.iconErrored') : coloured('error', 'testing.iconFailed');
    case 'error':
      return coloured('warning', 'testing.iconErrored');
    case 'unparsable':
      return coloured('circle-slash', 'testing.iconSkipped');
    case 'untested':
      return coloured('circle-outline', 'testing.iconUnset');
  }
}
