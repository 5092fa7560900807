import { CoppiceError } from '../errors.ts';
import { rowsOf } from './lines.ts';
import type { Problem } from './problem.ts';

/** One attempt at a problem. */
export interface Completion {
  text: string;
  /** Sum over its tokens; absent when unknown. */
  logprob?: number;
  tokens?: number;
}

/** Reads completions, by the problem they are for, in their order. Throws `candidates-invalid` with the line. */
export function parseSamples(name: string, text: string, problems: readonly Problem[]): Map<string, Completion[]> {
  const known = new Set(problems.map(({ id }) => id));
  const samples = new Map<string, Completion[]>();
  for (const row of rowsOf(name, text, invalid)) {
    const id = row.id('task_id');
    if (!known.has(id)) throw row.wrong(`the data set has no task "${id}"`);
    const completion: Completion = {
      text: row.text('completion'),
      ...(row.has('logprob') ? { logprob: row.number('logprob') } : {}),
      ...(row.has('tokens') ? { tokens: row.number('tokens') } : {}),
    };
    const others = samples.get(id);
    if (others) others.push(completion);
    else samples.set(id, [completion]);
  }
  if (samples.size > 0) return samples;
  throw invalid(`${name} holds no completion`);
}

function invalid(what: string, cause?: unknown): CoppiceError {
  const remedy =
    'Each line is {"task_id": "...", "completion": "what follows the prompt", "logprob"?: -1.2, "tokens"?: 9}.';
  return new CoppiceError('candidates-invalid', `${what}.`, remedy, cause);
}
