import type { Candidate, Sampling, StopReason } from '../core/candidate.ts';
import { CoppiceError, throwIfCancelled } from '../core/errors.ts';
import type { TokenLogprob } from '../core/protocol.ts';
import { said } from '../core/said.ts';
import type { Row } from './attention/plan.ts';
import { BLOCK } from './cache/blocks.ts';
import { type CacheNode, pathOf, type RadixCache } from './cache/radix.ts';
import type { ForwardPass, Stepper } from './model/forward-pass.ts';
import type { Owed } from './sample/owed.ts';
import type { Drawn, Sampler } from './sample/sampler.ts';
import type { FollowedText, StopChecker } from './sample/stop.ts';
import type { TokenLeaf } from './token-tree.ts';

/** Submissions of decode steps that are under way at once: while one is read, the next one computes. */
const IN_FLIGHT = 2;

export interface DecodeRequest {
  leaves: TokenLeaf[];
  sampling: Sampling;
  /** Of a candidate whose leaf has no stop rules of its own. */
  maxTokens: number;
  stop: StopChecker;
  /** How many of the most likely tokens to report at each step; 0 for none. */
  logprobs: number;
  /** A candidate's bits do not depend on what grows beside it; false lets decode steps take faster ways. */
  reproducible: boolean;
}

export interface DecodeEvents {
  onPrefill?(done: number, total: number): void;
  onStep?(step: number, live: number, tokens: number): void;
  /** The candidates that got one more token, those that it ended among them. */
  onSampled?(candidates: readonly SampledCandidate[]): void;
  onCandidate?(candidate: DecodedCandidate): void;
}

export interface DecodedCandidate extends Candidate {
  /** Per sampled token, with `logprobs` > 0; an end token that was drawn is included. */
  steps: (TokenLogprob & { top: TokenLogprob[] })[];
}

export interface DecodeResult {
  candidates: DecodedCandidate[];
  prompt: { tokens: number; nodes: number; reusedTokens: number };
  decoded: { tokens: number; steps: number };
  prefillMs: number;
  decodeMs: number;
}

/** How far a candidate has come; it changes with every step. */
export interface SampledCandidate {
  readonly index: number;
  readonly tokens: readonly number[];
  readonly logprob: number;
}

/** A candidate while it grows. */
interface Growing extends SampledCandidate {
  leaf: TokenLeaf;
  branch: CacheNode;
  tokens: number[];
  followed: FollowedText;
  logprob: number;
  steps: DecodedCandidate['steps'];
  /** What it must still write before anything else. */
  owed: Owed | undefined;
}

/**
 * Grows all candidates of a token tree together: one prefill of every distinct span, then one step for all at a time. Where the KV
 * store has no room for all of them they grow in waves, below the same prompt.
 */
export class Decoder {
  readonly #transformer: ForwardPass;
  readonly #sampler: Sampler;
  readonly #cache: RadixCache;

  constructor(transformer: ForwardPass, sampler: Sampler, cache: RadixCache) {
    this.#transformer = transformer;
    this.#sampler = sampler;
    this.#cache = cache;
  }

  /**
   * @throws CoppiceError `prompt-too-long`, `gpu-out-of-memory`, `gpu-lost`, `cancelled`; every node and branch of the
   * run is let go whatever happens, and what was prefilled stays for the next run.
   */
  async decode(request: DecodeRequest, signal: AbortSignal, events: DecodeEvents = {}): Promise<DecodeResult> {
    const room = this.#checkRoom(request);
    const ends: CacheNode[] = [];
    const all: Growing[] = [];
    const held = new Set<CacheNode>();
    const drop = (branch: CacheNode) => held.delete(branch) && this.#cache.dropBranch(branch);
    try {
      const start = performance.now();
      for (const leaf of request.leaves) ends.push(this.#cache.acquire(this.#cache.root, leaf.spans.flat()));
      const nodes = new Set(ends.flatMap(pathOf));
      const reusedTokens = sum([...nodes].map(({ filled }) => filled));
      const logits = await this.#prefill(ends, request.reproducible, signal, events);
      const prefillMs = performance.now() - start;

      for (const [i, leaf] of request.leaves.entries()) {
        for (let n = 0; n < leaf.candidates; n++) {
          const branch = this.#cache.branch(ends[i]!);
          held.add(branch);
          all.push({
            index: all.length,
            ...{ leaf, branch },
            tokens: [],
            followed: request.stop.follow(leaf.stop, leaf.owed?.text.length),
            logprob: 0,
            steps: [],
            owed: leaf.owed,
          });
        }
      }
      const growth = new Growth(request, events);
      for (const [i, wave] of wavesOf(all, room, ({ leaf }) => slotsFor(request, leaf)).entries()) {
        const logitRows = wave.map(({ leaf }) => request.leaves.indexOf(leaf));
        // What the next wave begins with is computed again: the buffer has been used since.
        const first = i === 0 ? logits : await this.#prefill(ends, request.reproducible, signal, {});
        await this.#grow(request, wave, { logits: first, logitRows }, growth, signal);
        for (const { branch } of wave) drop(branch);
      }
      const promptTokens = sum([...nodes].map(({ tokens }) => tokens.length));
      return {
        ...growth.result(),
        prompt: { tokens: promptTokens, nodes: nodes.size, reusedTokens },
        prefillMs,
        decodeMs: performance.now() - start - prefillMs,
      };
    } finally {
      for (const branch of held) this.#cache.dropBranch(branch);
      for (const end of ends) this.#cache.release(end);
    }
  }

  /** Computes the KV of everything that is not filled, then the logits after each of `ends`, in their order. */
  async #prefill(
    ends: CacheNode[],
    reproducible: boolean,
    signal: AbortSignal,
    events: DecodeEvents,
  ): Promise<GPUBuffer> {
    const nodes = [...new Set(ends.flatMap(pathOf))].sort((a, b) => a.start - b.start);
    const missing = nodes.flatMap((node) => rowsOf(node, node.filled));
    for (let done = 0; done < missing.length; done += this.#transformer.chunk) {
      events.onPrefill?.(done, missing.length);
      const chunk = missing.slice(done, done + this.#transformer.chunk);
      await this.#transformer.forward(chunk, [], signal, reproducible);
      for (const { node } of chunk) node.filled++;
    }
    events.onPrefill?.(missing.length, missing.length);
    // The last token of each end once more, now for its logits: its own KV comes out as it was.
    const last = ends.map((end) => rowsOf(pathOf(end).at(-1)!, -1)[0]!);
    return this.#transformer.forward(last, [...last.keys()], signal, reproducible);
  }

  async #grow(
    request: DecodeRequest,
    all: Growing[],
    first: { logits: GPUBuffer; logitRows: number[] },
    growth: Growth,
    signal: AbortSignal,
  ): Promise<void> {
    const { vocabulary } = this.#transformer.config;
    const { stepper, logitsPitch } = this.#transformer;
    let live = all;
    let { logits, logitRows } = first;
    while (live.length > 0) {
      const draws = live.map(({ index, branch }, i) => ({
        row: logitRows[i]!,
        candidate: index,
        position: branch.start + branch.tokens.length,
      }));
      const restrictions = new Map(live.flatMap(({ owed }, i) => (owed ? [[logitRows[i]!, owed.allowed]] : [])));
      if (restrictions.size > 0) {
        const rows = [...restrictions].map(([row, allowed]) => ({ row, allowed }));
        await this.#sampler.restrict(logits, vocabulary, rows, logitsPitch);
      }
      const drawn = await this.#sampler.draw(logits, vocabulary, draws, request.sampling, logitsPitch);
      const top =
        request.logprobs > 0
          ? await this.#sampler.top(logits, vocabulary, logitRows, request.logprobs, logitsPitch)
          : undefined;
      throwIfCancelled(signal);
      live = growth.take(live, drawn, top);
      for (const { branch, tokens } of live) this.#cache.append(branch, tokens.at(-1)!);
      if (live.length === 0) break;
      if (stepper && !top && live.every(({ owed }) => owed === undefined)) {
        await this.#growInSteps(request, live, stepper, growth, signal);
        break;
      }
      const rows = live.map(({ branch }) => rowsOf(branch, -1)[0]!);
      logitRows = [...rows.keys()];
      logits = await this.#transformer.forward(rows, logitRows, signal, request.reproducible);
    }
  }

  /**
   * Several steps a submission, and the next submission on its way before the last one is read: who has stopped is learnt
   * that much later, and leaves its row to nobody until then.
   */
  async #growInSteps(
    request: DecodeRequest,
    all: Growing[],
    stepper: Stepper,
    growth: Growth,
    signal: AbortSignal,
  ): Promise<void> {
    /** Tokens of a candidate's branch whose computation has been submitted. */
    const submitted = new Map(all.map((candidate) => [candidate, candidate.branch.tokens.length - 1]));
    const inFlight: { rowOf: Map<Growing, number>; drawn: Promise<(Drawn | undefined)[][]> }[] = [];
    let live = all;
    let rowOf = new Map<Growing, number>();
    try {
      for (;;) {
        throwIfCancelled(signal);
        while (inFlight.length < IN_FLIGHT) {
          // The last token of all is drawn, never computed.
          const left = (candidate: Growing) => mostTokens(request, candidate.leaf) - 1 - submitted.get(candidate)!;
          const rows = live.filter((candidate) => left(candidate) > 0);
          if (rows.length === 0) break;
          const steps = Math.min(stepper.stepsFor(rows.length), ...rows.map(left));
          const places = rows.map((candidate) => {
            const { branch, index } = candidate;
            const done = submitted.get(candidate)!;
            this.#cache.reserve(branch, done + steps);
            submitted.set(candidate, done + steps);
            const row = rowOf.get(candidate);
            const token = row === undefined ? { id: branch.tokens[done]! } : { row };
            return { branch, index: done, candidate: index, token };
          });
          const { sampling, reproducible } = request;
          const endTokens = request.stop.endTokens;
          const { drawn } = await stepper.submit({ rows: places, steps, sampling, endTokens, reproducible });
          // Awaited later: a fault until then is not one that nobody handles.
          drawn.catch(() => {});
          rowOf = new Map(rows.map((candidate, row) => [candidate, row]));
          inFlight.push({ rowOf, drawn });
        }
        const next = inFlight.shift();
        if (!next) return;
        let growing = [...next.rowOf.keys()];
        for (const tokens of await next.drawn) {
          const still = new Set(live);
          const rows = growing.filter((candidate) => still.has(candidate));
          if (rows.length === 0) break;
          const drawn = rows.map((candidate) => tokens[next.rowOf.get(candidate)!]!);
          growing = growth.take(rows, drawn, undefined);
          for (const { branch, tokens } of growing) this.#cache.append(branch, tokens.at(-1)!);
          const grown = new Set(growing);
          const asked = new Set(rows);
          live = live.filter((candidate) => !asked.has(candidate) || grown.has(candidate));
        }
      }
    } finally {
      // Slots must not be given away while steps that write to them are under way.
      await Promise.allSettled(inFlight.map(({ drawn }) => drawn));
    }
  }

  /** Refuses before any work what could not be finished. Returns how many KV slots there are beside those of the prompt. */
  #checkRoom(request: DecodeRequest): number {
    const { leaves } = request;
    const lengths = leaves.map(({ spans }) => sum(spans.map((span) => span.length)));
    const most = leaves.map((leaf) => mostTokens(request, leaf));
    const { maxPositions } = this.#transformer.config;
    if (lengths.length === 0)
      throw new CoppiceError('usage', said`No candidates are wanted.`, said`Ask for at least one.`);
    if (lengths.includes(0))
      throw new CoppiceError('usage', said`The prompt is empty.`, said`Give at least one token of prompt.`);
    const tooLong = lengths.findIndex((length, at) => length + most[at]! > maxPositions);
    if (tooLong >= 0) {
      throw new CoppiceError(
        'prompt-too-long',
        said`The prompt of ${lengths[tooLong]!} tokens and ${most[tooLong]!} new ones exceed the model's ${maxPositions} positions.`,
        said`Shorten the context, or the candidates.`,
      );
    }
    const spans = new Set(leaves.flatMap((leaf) => leaf.spans));
    const room = this.#transformer.slots - sum([...spans].map((span) => span.length + BLOCK));
    const needed = Math.max(...leaves.map((leaf) => slotsFor(request, leaf)));
    if (needed > room) {
      throw new CoppiceError(
        'gpu-out-of-memory',
        said`A candidate of ${Math.max(...most)} tokens needs ${needed} KV slots; beside the prompt there are ${Math.max(room, 0)}.`,
        said`Shorten the context, or the candidates.`,
      );
    }
    return room;
  }
}

/** What a run has grown so far. */
class Growth {
  readonly #request: DecodeRequest;
  readonly #events: DecodeEvents;
  readonly #candidates: DecodedCandidate[] = [];
  readonly #decoded = { tokens: 0, steps: 0 };

  constructor(request: DecodeRequest, events: DecodeEvents) {
    this.#request = request;
    this.#events = events;
  }

  /** One step: each candidate takes its token. Returns those that grow on. */
  take(live: Growing[], drawn: Drawn[], top: Drawn[][] | undefined): Growing[] {
    this.#decoded.steps++;
    this.#decoded.tokens += live.length;
    const growing: Growing[] = [];
    for (const [i, candidate] of live.entries()) {
      const done = advance(candidate, drawn[i]!, top?.[i], this.#request.stop);
      if (done) {
        this.#candidates.push(done);
        this.#events.onCandidate?.(done);
      } else growing.push(candidate);
    }
    this.#events.onSampled?.(live);
    this.#events.onStep?.(this.#decoded.steps, growing.length, this.#decoded.tokens);
    return growing;
  }

  result(): Pick<DecodeResult, 'candidates' | 'decoded'> {
    return { candidates: this.#candidates.sort((a, b) => a.index - b.index), decoded: this.#decoded };
  }
}

/** Gives a candidate its next token; returns it finished, if that was the last one. */
function advance(
  growing: Growing,
  drawn: Drawn,
  top: Drawn[] | undefined,
  stop: StopChecker,
): DecodedCandidate | undefined {
  const { index, leaf, tokens, followed, steps } = growing;
  growing.logprob += drawn.logprob;
  if (top) {
    steps.push({
      id: drawn.token,
      logprob: drawn.logprob,
      top: top.map(({ token, logprob }) => ({ id: token, logprob })),
    });
  }
  const finish = (text: string, reason: StopReason): DecodedCandidate => ({
    index,
    text,
    tokens,
    logprob: growing.logprob,
    leaf: leaf.path,
    stop: reason,
    steps,
  });
  if (stop.isEnd(drawn.token)) return finish(followed.finish(), 'end-token');
  tokens.push(drawn.token);
  const isNew = growing.owed?.isExceededBy(drawn.token) ?? true;
  growing.owed = growing.owed?.after(drawn.token);
  const verdict = followed.push(drawn.token, isNew);
  return verdict.stop && finish(verdict.text, verdict.stop);
}

/** The rows of a node's tokens from `from` on; negative counts from the end. */
function rowsOf(node: CacheNode, from: number): Row[] {
  const first = from < 0 ? node.tokens.length + from : from;
  return node.tokens.slice(first).map((token, i) => ({
    token,
    position: node.start + first + i,
    slot: node.slots[first + i]!,
    node,
  }));
}

/** How many tokens a candidate has at most, with those that only write what it owes. */
function mostTokens({ maxTokens }: DecodeRequest, { stop, owed }: TokenLeaf): number {
  return (stop?.maxTokens ?? maxTokens) + (owed?.mostTokens ?? 0);
}

/** KV slots of one candidate: it has whole blocks. */
function slotsFor(request: DecodeRequest, leaf: TokenLeaf): number {
  return Math.ceil(mostTokens(request, leaf) / BLOCK) * BLOCK;
}

/** In their order, as many at once as there is room for. */
function wavesOf<T>(all: readonly T[], room: number, needOf: (each: T) => number): T[][] {
  const waves: T[][] = [];
  let left = 0;
  for (const each of all) {
    const need = needOf(each);
    if (need > left || waves.length === 0) {
      waves.push([]);
      left = room;
    }
    waves.at(-1)!.push(each);
    left -= need;
  }
  return waves;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
