import type { Output, Report } from '../report.ts';

/** What the user says that the function gives for an input. */
export interface Decision {
  /** The call as it is written, as in `Output`. */
  input: string;
  /** What is right, written as outputs are. */
  expected: string;
}

/** Whether a call came to what the user said; true where nothing was said. Of an error the kind counts, not its words. */
export function isAsExpected({ text, clean, expected }: Output): boolean {
  return (
    expected === undefined ||
    text === expected ||
    (!clean && gistOf({ text, clean }) === gistOf({ text: expected, clean }))
  );
}

/** What a call came to, as far as it matters which is right: of an error its kind. */
export function gistOf({ text, clean }: Pick<Output, 'text' | 'clean'>): string {
  return (clean ? undefined : raisedError(text)) ?? text;
}

/** How often a candidate gave something else than the user said. */
export function refutations({ outputs = [] }: Report): number {
  return outputs.filter((output) => !isAsExpected(output)).length;
}

/** What has been said of the inputs that candidates were run on. */
export function decisionsIn(reports: readonly Report[]): Decision[] {
  const outputs = reports.find((report) => report.outputs !== undefined)?.outputs ?? [];
  return outputs.flatMap(({ input, expected }) => (expected === undefined ? [] : [{ input, expected }]));
}

/** The report with these decisions in it, and no others. */
export function withDecisions(report: Report, decisions: readonly Decision[]): Report {
  if (!report.outputs) return report;
  const said = new Map(decisions.map(({ input, expected }) => [input, expected]));
  const outputs = report.outputs.map(({ expected: _, ...output }): Output => {
    const expected = said.get(output.input);
    return expected === undefined ? output : { ...output, expected };
  });
  return { ...report, outputs };
}

/** The name of the error that a call ended with, as the harnesses write it: `raises ValueError: ...`, `throws Error: ...`. */
export function raisedError(text: string): string | undefined {
  return /^(?:raises|throws) ([\w$.]+)(?=:|$)/.exec(text)?.[1];
}
