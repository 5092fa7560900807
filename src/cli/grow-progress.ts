import type { GrowEvent } from '../run/grow.ts';
import type { Terminal } from './terminal.ts';

/** Shows a run's events: one live line in a terminal, a line for each stage elsewhere. */
export function growProgress(terminal: Terminal, candidates: number): (event: GrowEvent) => void {
  const stage = { name: 'starting', live: 0, tokens: 0, grown: 0, judged: 0, passed: 0, wrote: 0 };
  const live = () => {
    const parts = [
      stage.name,
      ...(stage.live > 0 ? [`${stage.live} alive, ${stage.tokens} tokens`] : []),
      ...(stage.grown > 0
        ? [`${stage.grown}/${candidates} grown, ${stage.judged} judged, ${stage.passed} passed`]
        : []),
      ...(stage.wrote > 0 ? [`${stage.wrote} ${stage.wrote === 1 ? 'test' : 'tests'} of the model's own`] : []),
    ];
    terminal.status(parts.join(' · '));
  };
  return (event) => {
    switch (event.kind) {
      case 'planned': {
        const { tokens, unsharedTokens, nodes } = event.plan;
        const times = Math.round(unsharedTokens / Math.max(tokens, 1));
        const saved = times > 1 ? `, read once instead of ${times} times` : '';
        terminal.note(`${event.symbol}: prompt tree of ${tokens} tokens in ${nodes.length} nodes${saved}`);
        break;
      }
      case 'baseline': {
        const { verdict, passed, failed, errors } = event.report;
        if (verdict === 'untested') break;
        terminal.note(`tests before: ${passed} passed, ${failed + errors} failed`);
        break;
      }
      case 'progress':
        stage.name = preparing(event);
        break;
      case 'step':
        stage.name = 'growing';
        stage.live = event.live;
        stage.tokens = event.tokens;
        break;
      case 'note':
        terminal.note(event.text);
        break;
      case 'grown':
        stage.grown++;
        if (stage.grown === candidates) stage.name = 'testing';
        break;
      case 'wrote':
        if (event.test) stage.wrote++;
        break;
      case 'judged':
        stage.judged++;
        if (event.report.verdict === 'passed') stage.passed++;
        break;
      case 'ranking':
        return;
      case 'restarted':
        terminal.note(`${event.message} The ${event.process} was started again.`);
        break;
    }
    live();
  };
}

function percent(done: number, total: number): string {
  return `${Math.floor((100 * done) / Math.max(total, 1))}%`;
}

function preparing({ phase, done, total }: Extract<GrowEvent, { kind: 'progress' }>): string {
  switch (phase) {
    case 'loading':
      return `loading the model, ${percent(done, total)}`;
    case 'tuning':
      return `tuning the kernels to this GPU, once, ${percent(done, total)}`;
    case 'prefill':
      return `reading the prompt, ${done}/${total} tokens`;
  }
}
