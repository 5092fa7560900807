import { type Branch, sampledBranches } from '../../core/search/sampled-branches.ts';
import type { CandidateFacts, CandidateState, PieceFacts, PromptNodeFacts, RunFacts, Update } from './messages.ts';

/** All that the page has been told of a run. */
export interface Sheet {
  run: RunFacts | undefined;
  nodes: PromptNodeFacts[];
  leftOut: PieceFacts[];
  words: Map<number, string>;
  candidates: Map<number, KnownCandidate>;
}

export interface KnownCandidate {
  tokens: number[];
  logprob: number;
  facts: CandidateFacts;
}

/** How many ways candidates went from one place, and how evenly: see `sampledBranches`. */
export interface Parting {
  ways: { text: string | undefined; count: number }[];
  /** In bits. */
  entropy: number;
}

interface Common {
  /** The same as long as it is the same part of the tree, however it grows. */
  key: string;
  children: Item[];
  /** Candidates that go through it, and those of them that passed. */
  count: number;
  passing: number;
  /** All that went through it have failed. */
  isPruned: boolean;
}

/** A part of the picture. */
export type Item = NodeItem | PieceItem | BranchItem | ShootItem;
export type NodeItem = Common & { kind: 'node'; node: PromptNodeFacts; parting: Parting | undefined };
export type PieceItem = Common & { kind: 'piece'; piece: PieceFacts };
/** A span of tokens that several candidates sampled. */
export type BranchItem = Common & { kind: 'branch'; text: string; from: number; to: number; parting: Parting };
/** The end of a branch, or where it has grown to: candidates that sampled the same. */
export type ShootItem = Common & {
  kind: 'shoot';
  /** What they alone sampled, from the last parting on. */
  text: string;
  /** Their whole text. */
  whole: string;
  from: number;
  to: number;
  candidates: number[];
  facts: CandidateFacts;
  /** Of a token, on the average. */
  meanLogprob: number | undefined;
};

export function emptySheet(): Sheet {
  return { run: undefined, nodes: [], leftOut: [], words: new Map(), candidates: new Map() };
}

export function updated(sheet: Sheet, update: Update): Sheet {
  const next = update.fresh ? emptySheet() : sheet;
  next.run = update.run;
  next.nodes = update.nodes ?? next.nodes;
  next.leftOut = update.leftOut ?? next.leftOut;
  for (const [id, text] of update.words) next.words.set(id, text);
  for (const { index, growth, facts } of update.candidates) {
    const known = next.candidates.get(index) ?? { tokens: [], logprob: 0, facts: { state: 'growing' } };
    if (growth) {
      known.tokens = [...known.tokens.slice(0, growth.from), ...growth.tokens];
      known.logprob = growth.logprob;
    }
    if (facts) known.facts = facts;
    next.candidates.set(index, known);
  }
  return next;
}

/** The tree to be drawn; undefined before the prompt is known. */
export function pictureOf(sheet: Sheet): NodeItem | undefined {
  let next = 0;
  let at = 0;
  const visit = (depth: number): NodeItem[] => {
    const found: NodeItem[] = [];
    while (sheet.nodes[at]?.depth === depth) {
      const node = sheet.nodes[at++]!;
      const first = next;
      next += node.writesTests ? 0 : node.candidates;
      const own = Array.from({ length: node.writesTests ? 0 : node.candidates }, (_, i) => first + i);
      found.push(nodeItem(sheet, node, own, visit(depth + 1)));
    }
    return found;
  };
  return visit(0)[0];
}

function nodeItem(sheet: Sheet, node: PromptNodeFacts, own: number[], below: NodeItem[]): NodeItem {
  const key = `node:${node.path.join('.')}`;
  const pieces = node.pieces.length < 2 ? [] : node.pieces.map((piece, i) => pieceItem(`${key}:${i}`, piece, node));
  const grown = own.length > 0 ? new Sprouting(sheet, key, own).items() : { children: [], parting: undefined };
  const children = [...pieces, ...grown.children, ...below];
  return { kind: 'node', key, node, children, parting: grown.parting, ...sums([...grown.children, ...below]) };
}

function pieceItem(key: string, piece: PieceFacts, { descendants }: PromptNodeFacts): PieceItem {
  return { kind: 'piece', key, piece, children: [], count: descendants, passing: 0, isPruned: false };
}

function sums(items: readonly Item[]): Pick<Common, 'count' | 'passing' | 'isPruned'> {
  return {
    count: items.reduce((sum, { count }) => sum + count, 0),
    passing: items.reduce((sum, { passing }) => sum + passing, 0),
    isPruned: items.length > 0 && items.every(({ isPruned }) => isPruned),
  };
}

const PRUNED: readonly CandidateState[] = ['failed', 'contradicted', 'unparsable', 'stopped'];

/** What the candidates of one node of the prompt sampled. */
class Sprouting {
  readonly #sheet: Sheet;
  readonly #key: string;
  /** Their numbers, by the position in which the radix tree knows them. */
  readonly #indices: number[];
  readonly #tokens: number[][];

  constructor(sheet: Sheet, key: string, indices: number[]) {
    this.#sheet = sheet;
    this.#key = key;
    this.#indices = indices;
    this.#tokens = indices.map((index) => visibleTokens(sheet, sheet.candidates.get(index)));
  }

  items(): { children: Item[]; parting: Parting | undefined } {
    const states = this.#indices.map((index) => this.#factsOf(index).state);
    const sampled = this.#tokens.map((tokens, i) => ({ tokens, done: states[i] !== 'growing' }));
    const root = sampledBranches(sampled);
    if (root.tokens.length > 0) return { children: [this.#item(root, 0)], parting: undefined };
    return { children: this.#below(root), parting: root.children.length > 1 ? this.#parting(root) : undefined };
  }

  #item(branch: Branch, from: number): Item {
    const { children, ended, growing, depth } = branch;
    if (children.length === 0 && (ended.length === 0 || growing.length === 0)) return this.#shoot(branch, from);
    const below = this.#below(branch);
    const key = `${this.#key}/${from}.${this.#indices[branch.candidates[0]!]}`;
    const text = this.#text(branch.tokens);
    return {
      ...{ kind: 'branch', key, text, from, to: depth, parting: this.#parting(branch), children: below },
      ...sums(below),
    };
  }

  #below(branch: Branch): Item[] {
    const ends = [branch.ended, branch.growing].filter((group) => group.length > 0);
    return [
      ...branch.children.map((child) => this.#item(child, branch.depth)),
      ...ends.map((group) => this.#shoot({ ...branch, tokens: [], candidates: group }, branch.depth)),
    ];
  }

  #shoot({ tokens, candidates, depth }: Branch, from: number): ShootItem {
    const indices = candidates.map((i) => this.#indices[i]!);
    const facts = this.#factsOf(indices[0]!);
    const known = this.#sheet.candidates.get(indices[0]!);
    const count = candidates.length;
    return {
      ...{ kind: 'shoot', key: `shoot:${indices[0]}`, children: [], candidates: indices, count, facts },
      ...{ text: this.#text(tokens), whole: this.#text(this.#tokens[candidates[0]!]!), from, to: depth },
      passing: facts.state === 'passed' ? count : 0,
      isPruned: PRUNED.includes(facts.state),
      meanLogprob: known && known.tokens.length > 0 ? known.logprob / known.tokens.length : undefined,
    };
  }

  #parting(branch: Branch): Parting {
    const ways: Parting['ways'] = branch.children.map(({ tokens, candidates }) => ({
      text: this.#text(tokens.slice(0, 1)),
      count: candidates.length,
    }));
    if (branch.ended.length > 0) ways.push({ text: undefined, count: branch.ended.length });
    return { ways: ways.sort((a, b) => b.count - a.count), entropy: branch.entropy };
  }

  #factsOf(index: number): CandidateFacts {
    const { run, candidates } = this.#sheet;
    return candidates.get(index)?.facts ?? { state: run?.isGoing ? 'growing' : 'stopped' };
  }

  #text(tokens: readonly number[]): string {
    return tokens.map((token) => this.#sheet.words.get(token) ?? '').join('');
  }
}

/** The tokens that are in the text of a candidate: a rule may end it within what was sampled. */
function visibleTokens({ words }: Sheet, known: KnownCandidate | undefined): number[] {
  const length = known?.facts.length;
  if (!known || length === undefined) return known?.tokens ?? [];
  let written = 0;
  const end = known.tokens.findIndex((token) => {
    const isBehind = written >= length;
    written += words.get(token)?.length ?? 0;
    return isBehind;
  });
  return end < 0 ? known.tokens : known.tokens.slice(0, end);
}
