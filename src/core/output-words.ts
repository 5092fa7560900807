import { limitName } from './limit-name.ts';
import type { Interruption, Output } from './report.ts';
import { inEnglish, type Translate } from './translate.ts';

/** How a call can come to no output, in the words that stand in the place of one. */
export type NoOutput = 'endless' | 'not-run' | 'program-ended' | Interruption;

const WITHOUT_LIMIT = ['endless', 'not-run', 'program-ended'] as const;
const LIMITS = ['wall-clock', 'cpu', 'memory', 'processes', 'disk', 'output', 'cancelled'] as const;

export function noOutput(reason: NoOutput, t: Translate = inEnglish): string {
  switch (reason) {
    case 'endless':
    case 'wall-clock':
    case 'cpu':
      return t('does not end in time');
    case 'not-run':
      return t('was not run');
    case 'program-ended':
      return t('ends the program');
    default:
      return t('exceeds the {0} limit', limitName(reason, t));
  }
}

/** An output as it is shown: values and errors as they are written, in the language of the program. */
export function outputWords({ text, clean }: Pick<Output, 'text' | 'clean'>, t: Translate): string {
  const reason = clean ? undefined : [...WITHOUT_LIMIT, ...LIMITS].find((each) => noOutput(each) === text);
  return reason === undefined ? text : noOutput(reason, t);
}
