import type { Report } from '../report.ts';

/**
 * What a candidate was seen to do, as a key: equal keys mean that no test told the candidates apart. It is the
 * status of every case, with what failing cases said, because two wrong answers are two behaviours.
 */
export function behaviour(report: Report): string {
  if (report.verdict === 'unparsable' || report.verdict === 'untested') return report.verdict;
  const cases = report.cases
    .map(({ id, status, message }) => JSON.stringify([id, status, status === 'passed' ? '' : stable(message ?? '')]))
    .sort();
  return JSON.stringify([report.verdict, report.interrupted ?? '', ...cases]);
}

/** A message without what changes from run to run: object addresses, process ids in paths, and durations. */
function stable(message: string): string {
  return message
    .replace(/\b0x[0-9a-f]{4,}\b/gi, '0x')
    .replace(/\b\d+(\.\d+)?\s?(ms|s|seconds)\b/g, 'time')
    .replace(/\/proc\/\d+/g, '/proc/pid');
}
