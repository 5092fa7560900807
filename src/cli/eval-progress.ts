import type { EvalEvent } from '../run/eval.ts';
import type { Terminal } from './terminal.ts';

/** A remaining time that is guessed from less would only jump. */
const LEAST_KNOWN_MS = 2000;

/** Shows how far an evaluation is, and how long it will still take. */
export function evalProgress(terminal: Terminal): (event: EvalEvent) => void {
  let startedAt: number | undefined;
  let judging = '';
  let growing = '';
  const show = () => terminal.status([growing, judging].filter((part) => part !== '').join(' · '));
  return (event) => {
    switch (event.kind) {
      case 'read': {
        const { problems, completions, resumed } = event;
        const before = resumed === 0 ? '' : `, ${resumed} of them judged before`;
        terminal.note(`${problems} problems, ${completions} completions${before}`);
        return;
      }
      case 'solution':
        terminal.status(`checking the data set's own solutions: ${event.done}/${event.total}`);
        return;
      case 'growing': {
        startedAt ??= performance.now();
        const { position, of, event: step } = event;
        const detail = step?.kind === 'step' ? `, ${step.live} alive, ${step.tokens} tokens` : '';
        growing = `growing problem ${position + 1}/${of}${detail}`;
        break;
      }
      case 'judged': {
        startedAt ??= performance.now();
        const { done, total, resumed, passed } = event;
        const left = remaining(performance.now() - startedAt, done - resumed, total - done);
        judging = `judged ${done}/${total}, ${passed} passed${left}`;
        break;
      }
      case 'restarted':
        terminal.note(`${event.message} The ${event.process} was started again.`);
        return;
    }
    show();
  };
}

/** What is left at the rate so far, in words; empty where nothing can be said yet. */
function remaining(elapsedMs: number, done: number, left: number): string {
  if (done <= 0 || left <= 0 || elapsedMs < LEAST_KNOWN_MS) return '';
  const seconds = Math.ceil((left * elapsedMs) / done / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts =
    hours > 0 ? [`${hours} h`, `${minutes} min`] : minutes > 0 ? [`${minutes} min`, `${seconds % 60} s`] : [];
  return `, about ${parts.length > 0 ? parts.join(' ') : `${seconds} s`} left`;
}
