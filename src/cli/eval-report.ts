import type { Share } from '../core/eval/estimate.ts';
import { VERDICTS, type Verdict } from '../core/eval/verdict.ts';
import { exposureOf } from '../core/sandbox-exposure.ts';
import type { EvalResult } from '../run/eval.ts';
import { seconds } from './run-summary.ts';
import type { Terminal } from './terminal.ts';

const SHOWN = 10;
/** Verdicts that are named where there are none, too. */
const USUAL: ReadonlySet<Verdict> = new Set(['passed', 'failed', 'error', 'timeout', 'unparsable']);

/** The figures, what they rest on, and what to know about them. */
export function evalReport({ run, summary }: EvalResult, terminal: Terminal): string {
  const { problems, completions, passAtK, rankAt1, visible, counts, solutions, notes } = summary;
  const exposed = exposureOf(run.sandbox);
  const figures = [...passAtK.map((share) => ({ name: `pass@${share.k}`, ...share })), { name: 'rank@1', ...rankAt1 }];
  const width = Math.max(...figures.map(({ name }) => name.length));
  const each =
    completions.fewest === completions.most ? `${completions.most}` : `${completions.fewest} to ${completions.most}`;
  const shown = solutions.wrong.slice(0, SHOWN);
  return [
    `${problems} problems, ${each} completions each${run.model === null ? '' : ` from ${run.model}`}`,
    ...figures.map(({ name, ...share }) => `  ${terminal.paint('bold', name.padEnd(width))}  ${shareText(share)}`),
    '',
    VERDICTS.filter((verdict) => USUAL.has(verdict) || counts[verdict] > 0)
      .map((verdict) => `${counts[verdict]} ${verdict}`)
      .join(', '),
    `The ranking saw ${sightText(visible)}; the hidden tests decided what passes.`,
    ...notes.map((note) => terminal.paint('yellow', `Note: ${note}.`)),
    ...shown.map(({ task_id, verdict, message }) => `  ${task_id}: ${verdict}${message ? `, ${message}` : ''}`),
    ...(solutions.wrong.length > SHOWN ? [`  and ${solutions.wrong.length - SHOWN} more`] : []),
    terminal.paint(
      'dim',
      `sandbox ${run.sandbox}${exposed ? ` (not isolated: ${exposed})` : ''}, ${run.slots} at once, ${seconds(run.timeoutMs)} for each; ${seconds(run.timings.totalMs)} in all`,
    ),
  ].join('\n');
}

function shareText({ value, low, high }: Share): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${percent(value).padStart(5)} %  (95 % interval ${percent(low)} to ${percent(high)})`;
}

function sightText(visible: EvalResult['summary']['visible']): string {
  const parts = [
    [visible.examples, 'the docstring examples of'],
    [visible.calls, 'only the calls in the words of'],
    [visible['first-assert'], 'the first assert of'],
    [visible.nothing, 'no test at all of'],
  ] as const;
  return parts.flatMap(([n, what]) => (n === 0 ? [] : [`${what} ${n} ${n === 1 ? 'problem' : 'problems'}`])).join(', ');
}
