/**
 * A process that renders one chat template and ends. Templates come with models, from anyone: one that never ends or asks for
 * more memory than there is takes this process with it, not the engine.
 */
import { runInNewContext } from 'node:vm';
import { Template } from '@huggingface/jinja';

export interface RenderRequest {
  template: string;
  variables: Record<string, unknown>;
  timeLimitMs: number;
  /** Characters. */
  outputLimit: number;
}

/** It says first that it has started: from then on its time counts. */
export type RenderAnswer = { kind: 'started' } | { kind: 'text'; text: string } | { kind: 'failed'; reason: string };

function answerTo({ template, variables, timeLimitMs, outputLimit }: RenderRequest): RenderAnswer {
  const render = () => new Template(template).render(variables);
  try {
    // Whatever runs when the time is over is ended, also what a script has called.
    const text: unknown = runInNewContext('render()', { render }, { timeout: timeLimitMs });
    if (typeof text !== 'string') return { kind: 'failed', reason: 'It writes no text.' };
    if (text.length > outputLimit) return { kind: 'failed', reason: `It writes ${text.length} characters.` };
    return { kind: 'text', text };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

process.send!({ kind: 'started' } satisfies RenderAnswer);
process.once('message', (request: RenderRequest) => {
  process.send!(answerTo(request), () => process.disconnect());
});
