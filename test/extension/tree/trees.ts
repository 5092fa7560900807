import fc from 'fast-check';
import type { CandidateState, CandidateUpdate, PromptNodeFacts, Update } from '../../../src/extension/tree/messages.ts';
import type { Item } from '../../../src/extension/tree/picture.ts';

export const STATES: readonly CandidateState[] = [
  ...(['growing', 'waiting', 'passed', 'failed', 'contradicted', 'unparsable', 'untested', 'stopped'] as const),
];

const piece = (title: string, tokens: number) => ({ id: title, title, tokens, optional: true });

/** A stem of two nodes, candidates that grow from the second, and limbs with more of them. */
export function promptNodes(own: number, limbs: readonly number[]): PromptNodeFacts[] {
  const all = own + limbs.reduce((sum, count) => sum + count, 0);
  const node = (depth: number, path: number[], candidates: number, descendants: number, pieces: string[]) => ({
    ...{ depth, path, candidates, descendants, writesTests: false, tokens: 20 * pieces.length },
    pieces: pieces.map((title) => piece(title, 20)),
  });
  return [
    node(0, [], 0, all, ['tests', 'before']),
    node(1, [0], own, all, ['function', 'after']),
    ...limbs.map((count, i) => node(2, [0, i], count, count, [`strategy ${i}`])),
  ];
}

export function updateOf(nodes: PromptNodeFacts[], candidates: CandidateUpdate[]): Update {
  const words = Array.from({ length: 8 }, (_, id): [number, string] => [id, `w${id} `]);
  const count = nodes.reduce((sum, node) => sum + node.candidates, 0);
  const run = { symbol: 'f', status: 'growing', isGoing: true, candidates: count, passed: 0, off: [], switched: false };
  return { kind: 'update', fresh: true, run, nodes, words, candidates };
}

/** A run of any shape, with what its candidates have sampled. */
export const anyUpdate = fc
  .record({ own: fc.integer({ min: 1, max: 30 }), limbs: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }) })
  .chain(({ own, limbs }) => {
    const nodes = promptNodes(own, limbs);
    const count = own + limbs.reduce((sum, limb) => sum + limb, 0);
    const candidate = fc.record({
      tokens: fc.array(fc.nat(3), { maxLength: 12 }),
      state: fc.constantFrom(...STATES),
    });
    return fc.array(candidate, { minLength: count, maxLength: count }).map((all) =>
      updateOf(
        nodes,
        all.map(({ tokens, state }, index) => ({
          ...{ index, growth: { from: 0, tokens, logprob: -tokens.length } },
          facts: state === 'growing' ? { state } : { state, id: `c${index}` },
        })),
      ),
    );
  });

export function items(item: Item): Item[] {
  return [item, ...item.children.flatMap(items)];
}
