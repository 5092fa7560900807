import { savedTokens } from '../../../core/prompt/sharing.ts';
import { spaced } from '../layout.ts';
import type { CandidateFacts, PieceFacts } from '../messages.ts';
import type { Item, NodeItem, Parting, ShootItem } from '../picture.ts';
import type { Say } from './say.ts';

/** What is said of a part of the tree: by the readout in lines, by a screen reader in one. */
export interface Description {
  title: string;
  facts: string[];
  /** Text of the candidates as it is, where it is worth reading. */
  code?: string;
  /** What the keys do. */
  keys: string[];
}

const SPOKEN_LENGTH = 80;
const SHOWN_WAYS = 5;

export function describeItem(item: Item, say: Say): Description {
  switch (item.kind) {
    case 'node':
      return describeNode(item, say);
    case 'piece':
      return describePiece(item.piece, say);
    case 'branch':
      return {
        title: say('branch', inQuotes(item.text)),
        facts: [say('shared', counted(item.count, say)), say('position', item.from), ...partingFacts(item, say)],
        code: item.text,
        keys: [],
      };
    case 'shoot':
      return describeShoot(item, say);
  }
}

export function spoken({ title, facts, keys }: Description): string {
  return [title, ...facts, ...keys].join('. ');
}

function describeNode(item: NodeItem, say: Say): Description {
  const { node } = item;
  const only = node.pieces.length === 1 ? node.pieces[0] : undefined;
  const title = node.depth === 0 ? say('root') : say('node', node.pieces.map((piece) => piece.title).join(', '));
  const facts = [tokensOf(node.tokens, say)];
  if (!node.writesTests) {
    facts.push(counted(node.descendants, say), say('saved', savedTokens(node)), ...partingFacts(item, say));
  }
  const keys = only?.path ? [say('openPiece')] : [];
  return { title: node.writesTests ? say('tests') : title, facts, keys };
}

function describePiece(piece: PieceFacts, say: Say): Description {
  return {
    title: say('piece', piece.path ? `${piece.title}, ${piece.path}` : piece.title),
    facts: [tokensOf(piece.tokens, say), ...(piece.cut ? [say('cut', piece.cut)] : [])],
    keys: [...(piece.path ? [say('openPiece')] : []), ...(piece.optional ? [say('switchPiece')] : [])],
  };
}

function describeShoot({ facts, count, to, meanLogprob, whole, candidates }: ShootItem, say: Say): Description {
  const name = facts.id ?? `c${candidates[0]}`;
  return {
    title: [name, count > 1 ? counted(count, say) : '', outcomeOf(facts, to, say)].filter(Boolean).join(', '),
    facts: [
      ...(facts.rank === undefined ? [] : [say('rank', facts.rank)]),
      ...(facts.cluster === undefined ? [] : [say('cluster', facts.cluster)]),
      tokensOf(to, say),
      ...(meanLogprob === undefined ? [] : [say('meanLogprob', meanLogprob)]),
    ],
    ...(whole === '' ? {} : { code: whole }),
    keys: facts.id === undefined ? [] : [say('openCandidate')],
  };
}

export function outcomeOf(facts: CandidateFacts, tokens: number, say: Say): string {
  if (facts.state === 'growing' && tokens === 0) return say('notBegun');
  return facts.outcome ?? say(facts.state);
}

function partingFacts({ count, parting }: { count: number; parting: Parting | undefined }, say: Say): string[] {
  if (!parting || parting.ways.length < 2) return [];
  const ways = parting.ways
    .slice(0, SHOWN_WAYS)
    .map((way) => say('way', way.count, way.text === undefined ? say('ends') : inQuotes(way.text)));
  const more = parting.ways.length > SHOWN_WAYS ? ', …' : '';
  return [`${say('parting', counted(count, say), parting.ways.length, parting.entropy)} (${ways.join(', ')}${more})`];
}

export function counted(count: number, say: Say): string {
  return count === 1 ? say('oneCandidate') : say('candidates', count);
}

export function tokensOf(tokens: number, say: Say): string {
  return tokens === 1 ? say('oneToken') : say('tokens', tokens);
}

function inQuotes(text: string): string {
  const line = spaced(text).trim() || '␣';
  return `“${line.length > SPOKEN_LENGTH ? `${line.slice(0, SPOKEN_LENGTH)}…` : line}”`;
}
