import type { Placed } from '../layout.ts';
import type { CandidateState } from '../messages.ts';
import { made, set, stateMark } from './drawing.ts';
import type { Say } from './say.ts';

const ORDER: readonly CandidateState[] = [
  ...(['growing', 'waiting', 'passed', 'contradicted', 'failed', 'unparsable', 'untested', 'stopped'] as const),
];

/** Explains the marks that are in the picture; it is for the eye, every item says the same in words. */
export function showLegend(place: HTMLElement, placed: readonly Placed[], say: Say): void {
  const states = new Set(placed.flatMap(({ item }) => (item.kind === 'shoot' ? [item.facts.state] : [])));
  const known = ORDER.filter((state) => states.has(state));
  const isParting = placed.some(({ knot }) => knot > 0);
  const shown = [...known, isParting].join();
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  place.replaceChildren(
    ...known.map((state) => entry(state, stateMark(state, 5, 6), say(state))),
    ...(isParting ? [entry('knot', '', say('entropy'))] : []),
  );
}

function entry(kind: string, mark: string, text: string): HTMLElement {
  const line = document.createElement('span');
  const svg = made('svg');
  const group = made('g', kind);
  if (mark === '') {
    const knot = made('circle', 'knot');
    set(knot, { cx: 9, cy: 6, r: 3 });
    group.append(knot);
  } else {
    const path = made('path', 'mark');
    set(path, { d: mark });
    group.append(path);
  }
  svg.append(group);
  line.append(svg, text);
  return line;
}
