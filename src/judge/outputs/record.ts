import { noOutput } from '../../core/output-words.ts';
import type { Output } from '../../core/report.ts';
import type { Outcome } from '../process/run.ts';
import { jsonLines } from '../tests/json-lines.ts';
import type { Input } from './inputs.ts';

/** Longer than what the harness writes: whoever exceeds it is no harness. */
const LONGEST = 1000;
const ENDLESS = noOutput('endless');

interface Recorded extends Pick<Output, 'text' | 'clean' | 'expected'> {
  /** A 1 for each test of a model's that it agrees with, a 0 for each other. */
  agrees?: string;
}

/**
 * One output for each input, or undefined where the function could not be called at all. The records come from a process
 * that also ran the candidate, so it may lie, but about itself alone: what is no record is dropped.
 */
export function readOutputs({ records, interrupted }: Outcome, inputs: readonly Input[]): Output[] | undefined {
  const found = new Map<number, Recorded>();
  let isCallable = false;
  for (const { event, number, text, clean, expected, agrees } of jsonLines(records)) {
    if (event === 'callable') isCallable = true;
    if (event !== 'output' || typeof number !== 'number' || found.has(number)) continue;
    found.set(number, {
      text: typeof text === 'string' ? text.slice(0, LONGEST) : ENDLESS,
      clean: clean === true && typeof text === 'string',
      ...(typeof expected === 'string' ? { expected: expected.slice(0, LONGEST) } : {}),
      ...(typeof agrees === 'string' ? { agrees } : {}),
    });
  }
  if (!isCallable) return undefined;
  // The first that nothing is known of is the one that ended the run.
  const last = inputs.findIndex((_, number) => !found.has(number));
  const ended = noOutput(interrupted ?? 'program-ended');
  const late = [...found.values()].some(({ text }) => text === ENDLESS);
  return inputs.map(({ call, origin, generated }, number) => {
    const missing: Recorded = { text: number === last && !late ? ended : noOutput('not-run'), clean: false };
    const { agrees = '', ...output } = found.get(number) ?? missing;
    const outcomes = generated?.map((expected, at) => ({ expected, agrees: output.clean && agrees[at] === '1' }));
    return {
      ...{ input: call, ...output },
      ...(origin ? { origin } : {}),
      ...(outcomes ? { generated: outcomes } : {}),
    };
  });
}
