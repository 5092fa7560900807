import { OPTIONAL_ROLES, type Role } from '../../core/prompt/piece.ts';
import type { PlannedNode } from '../../core/protocol.ts';
import { refutations } from '../../core/rank/decision.ts';
import { passes } from '../../core/report.ts';
import type { RankedCandidate } from '../../run/run-result.ts';
import { describe } from '../panel/run-node.ts';
import { outcome } from '../panel/verdict.ts';
import type { Run } from '../runs/run.ts';
import type {
  CandidateFacts,
  CandidateState,
  CandidateUpdate,
  PieceFacts,
  PromptNodeFacts,
  Update,
} from './messages.ts';
import { pieceTitle } from './piece-title.ts';

/** What one page has been told of a run, so that it is told the rest only. */
export class Feed {
  readonly run: Run | undefined;
  readonly #tokens = new Map<number, number>();
  readonly #facts = new Map<number, string>();
  #words = 0;
  #isFresh = true;
  #plan: unknown;

  constructor(run: Run | undefined) {
    this.run = run;
  }

  next(): Update {
    const { run } = this;
    const update: Update = { kind: 'update', fresh: this.#isFresh, words: [], candidates: [] };
    this.#isFresh = false;
    if (!run) return update;
    const { growth } = run;
    update.run = {
      ...{ symbol: run.target.symbol, status: describe(run), isGoing: run.isGoing },
      ...{ candidates: run.candidates, passed: run.passedCount },
      ...{ off: [...run.without], switched: run.isSwitched },
    };
    if (growth.plan && growth.plan !== this.#plan) {
      this.#plan = growth.plan;
      update.nodes = growth.plan.nodes.map(nodeFacts);
      update.leftOut = growth.leftOut.map((piece) => ({
        ...pieceFacts({ ...piece, tokens: 0, cut: piece.why }),
        // What has another reason not to be there can't be switched on.
        optional: run.request.without?.includes(piece.id) === true,
      }));
    }
    // A map keeps its order, so what is new comes last.
    update.words = [...growth.words].slice(this.#words);
    this.#words = growth.words.size;
    update.candidates = this.#candidates(run);
    return update;
  }

  #candidates(run: Run): CandidateUpdate[] {
    const byBody = new Map(run.ranking.map((entry) => [run.body(entry.id), entry]));
    return run.growth.candidates.flatMap((candidate, index): CandidateUpdate[] => {
      if (!candidate) return [];
      const { tokens, logprob, id, length } = candidate;
      const from = this.#tokens.get(index) ?? 0;
      // Fewer than before, where the engine had to start again.
      const isNew = tokens.length !== from;
      const start = tokens.length < from ? 0 : from;
      this.#tokens.set(index, tokens.length);
      const facts = factsOf(run, id, id === undefined ? undefined : byBody.get(run.body(id)));
      if (length !== undefined) facts.length = length;
      const known = JSON.stringify(facts);
      const isKnown = this.#facts.get(index) === known;
      this.#facts.set(index, known);
      if (!isNew && isKnown) return [];
      return [
        {
          index,
          ...(isNew ? { growth: { from: start, tokens: tokens.slice(start), logprob } } : {}),
          ...(isKnown ? {} : { facts }),
        },
      ];
    });
  }
}

function factsOf(run: Run, id: string | undefined, entry: RankedCandidate | undefined): CandidateFacts {
  if (id === undefined) return { state: run.isGoing ? 'growing' : 'stopped' };
  if (!entry) return { state: run.isGoing ? 'waiting' : 'stopped', id };
  const { rank, cluster, report } = entry;
  return { state: stateOf(entry), id: entry.id, rank, cluster, outcome: outcome(report) };
}

function stateOf({ report }: RankedCandidate): CandidateState {
  if (refutations(report) > 0) return 'contradicted';
  switch (report.verdict) {
    case 'passed':
      return passes(report) ? 'passed' : 'contradicted';
    case 'failed':
    case 'error':
      return 'failed';
    case 'unparsable':
    case 'untested':
      return report.verdict;
  }
}

function nodeFacts({ depth, path, pieces, tokens, candidates, descendants }: PlannedNode): PromptNodeFacts {
  const writesTests = pieces.some(({ role }) => role === 'assertion');
  return { ...{ depth, path, tokens, candidates, descendants, writesTests }, pieces: pieces.map(pieceFacts) };
}

function pieceFacts(piece: Omit<PlannedNode['pieces'][number], 'text'> & { text?: string }): PieceFacts {
  const { id, role, path, tokens, cut } = piece;
  return {
    ...{ title: pieceTitle(piece), tokens },
    optional: id !== undefined && OPTIONAL_ROLES.includes(role as Role),
    ...(id === undefined ? {} : { id }),
    ...(path === undefined ? {} : { path }),
    ...(cut === undefined ? {} : { cut }),
  };
}
