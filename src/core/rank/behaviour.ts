import type { Report } from '../report.ts';

/**
 * What a candidate was seen to do, as a key: equal keys mean that no test and no input of ours told the candidates apart.
 * It is the status of every case, with what failing cases said, because two wrong answers are two behaviours; and what it
 * gave for each input, where that was asked.
 */
export function behaviour(report: Report): string {
  const known = keys.get(report) ?? keyOf(report);
  keys.set(report, known);
  return known;
}

/** A report never changes, and each ranking of a run asks for the keys of all. */
const keys = new WeakMap<Report, string>();

function keyOf(report: Report): string {
  const outputs = report.outputs?.map(({ input, text }) => [input, text]) ?? [];
  if (report.verdict === 'unparsable' || report.verdict === 'untested') {
    return outputs.length === 0 ? report.verdict : JSON.stringify([report.verdict, outputs]);
  }
  const cases = report.cases
    .map(({ id, status, message }) => JSON.stringify([id, status, status === 'passed' ? '' : stable(message ?? '')]))
    .sort();
  return JSON.stringify([report.verdict, report.interrupted ?? '', outputs, ...cases]);
}

/** Whether nothing speaks against it so far, so that what it gives for inputs of ours is worth asking. */
export function survives({ verdict }: Report): boolean {
  return verdict === 'passed' || verdict === 'untested';
}

/** A message without what changes from run to run: object addresses, process ids in paths, and durations. */
function stable(message: string): string {
  return message
    .replace(/\b0x[0-9a-f]{4,}\b/gi, '0x')
    .replace(/\b\d+(\.\d+)?\s?(ms|s|seconds)\b/g, 'time')
    .replace(/\/proc\/\d+/g, '/proc/pid');
}
