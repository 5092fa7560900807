import * as vscode from 'vscode';
import { refutations } from '../../core/rank/decision.ts';
import { passes, type Report } from '../../core/report.ts';

/** What a report comes down to, in a few words. */
export function outcome(report: Report): string {
  const total = report.passed + report.failed + report.errors;
  switch (report.verdict) {
    case 'passed':
      if (!passes(report)) return 'passes only where its code is beside the tests';
      return total === 1 ? 'passes the test' : `passes all ${total} tests`;
    case 'failed':
      if (report.timedOut) return 'runs out of time';
      return `fails ${report.failed + report.errors} of ${total} ${total === 1 ? 'test' : 'tests'}`;
    case 'error':
      return report.interrupted ? `stopped by the ${report.interrupted} limit` : 'no test could run';
    case 'unparsable':
      return 'does not parse';
    case 'untested':
      return 'not tested';
  }
}

/** What a user has ruled out is no longer what its tests say. A shape of its own for each verdict: colour alone tells some people nothing. */
export function verdictIcon(report: Report): vscode.ThemeIcon {
  const coloured = (icon: string, colour: string) => new vscode.ThemeIcon(icon, new vscode.ThemeColor(colour));
  if (refutations(report) > 0) return coloured('circle-slash', 'testing.iconSkipped');
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
