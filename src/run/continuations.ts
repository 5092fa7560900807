import { type Candidate, DEFAULT_SAMPLING } from '../core/candidate.ts';
import { agreed, type Likely } from '../core/continuation/agreed.ts';
import { fitted, type Shape, shapeAt, stopRules } from '../core/continuation/shape.ts';
import { type Window, windowAround } from '../core/continuation/window.ts';
import { CoppiceError, throwIfCancelled } from '../core/errors.ts';
import type { Language } from '../core/language.ts';
import { continuationTree } from '../core/prompt/continuation-tree.ts';
import type { ModelInfo } from '../core/protocol.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { EngineClient } from './engine-client.ts';

const CANDIDATES = 3;
/** They are to agree more often than candidates that tests tell apart. */
const TEMPERATURE = 0.4;
/** A file that is longer takes too long to be parsed with each candidate. */
const LONGEST_FILE = 100_000;
/** What a small answer may take: a GPU has it before a word is typed, and the processor alone within a pause. */
const GPU_BUDGET_MS = 400;
const SOFTWARE_BUDGET_MS = 1500;

/** A model that is on the GPU, and how long it may take. */
export interface Ready {
  model: ModelInfo;
  budgetMs: number;
}

export interface ContinuationRequest {
  language: Language;
  /** Relative to the workspace, forward slashes. */
  path: string;
  /** The file with `\n` line breaks, and the cursor's offset in it. */
  text: string;
  offset: number;
}

export interface Continuations {
  /** What may be written at the cursor, the best first. */
  texts: string[];
  /** Candidates that were complete within the budget. */
  grown: number;
  ms: number;
}

/** Loads a model and lets it write a few tokens, so that no key press pays for what is done once. */
export async function makeReady(engine: EngineClient, model: string, signal?: AbortSignal): Promise<Ready> {
  const info = await engine.call({ kind: 'inspect', model, load: true }, { signal });
  const window = windowAround('# \n', 2)!;
  const { gpuAdapter } = await engine.call(growRequest(info, window, 'a.py', 'line', 1), { signal });
  return { model: info, budgetMs: gpuAdapter.software ? SOFTWARE_BUDGET_MS : GPU_BUDGET_MS };
}

/**
 * Grows a few short candidates at a cursor, and keeps those with which the file parses no worse than before and that repeat nothing
 * around them. Those that are complete when the budget is used up are all there is. Rejects with `cancelled` when `signal` aborts.
 */
export async function continuations(
  { language, path, text, offset }: ContinuationRequest,
  { syntax, engine, ready }: { syntax: Syntax; engine: EngineClient; ready: Ready },
  { signal, onLoading }: { signal: AbortSignal; onLoading?: () => void },
): Promise<Continuations> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const window = text.length > LONGEST_FILE ? undefined : windowAround(text, offset);
  if (!window) return { texts: [], grown: 0, ms: elapsed() };
  const shape = shapeAt(window);
  const grown: Candidate[] = [];
  const budget = AbortSignal.timeout(ready.budgetMs);
  const parses = new Parses(syntax, language, text, offset, signal);
  // The file as it is is parsed while the candidates grow.
  const now = parses.faults('');
  // Awaited later: a fault until then is not one that nobody handles.
  now.catch(() => {});
  try {
    await engine.call(growRequest(ready.model, window, path, shape), {
      signal: AbortSignal.any([signal, budget]),
      onEvent: (event) => {
        if (event.kind === 'candidate') grown.push(event.candidate);
        if (event.kind === 'loading') onLoading?.();
      },
    });
  } catch (error) {
    if (signal.aborted || !budget.aborted || CoppiceError.wrap(error).code !== 'cancelled') throw error;
  }
  const likely: Likely[] = [];
  for (const { text: sampled, stop, logprob, tokens } of grown) {
    const best = await parses.best(fitted({ text: sampled, stop }, window, shape) ?? [], await now);
    if (best !== undefined) likely.push({ text: best, logprob, tokens: tokens.length });
  }
  throwIfCancelled(signal);
  return { texts: agreed(likely), grown: grown.length, ms: elapsed() };
}

function growRequest(model: ModelInfo, window: Window, path: string, shape: Shape, maxTokens?: number) {
  const tree = continuationTree(window, { path, dialect: model.dialect, candidates: CANDIDATES });
  const stop = { ...stopRules(shape), ...(maxTokens === undefined ? {} : { maxTokens }) };
  const sampling = { ...DEFAULT_SAMPLING, temperature: TEMPERATURE };
  return { kind: 'grow' as const, model: model.path, tree, sampling, stop, reproducible: false };
}

/** What a file is like with a text at the cursor. Each text is parsed once. */
class Parses {
  readonly #syntax: Syntax;
  readonly #language: Language;
  readonly #before: string;
  readonly #after: string;
  readonly #signal: AbortSignal;
  readonly #faults = new Map<string, Promise<number | undefined>>();

  constructor(syntax: Syntax, language: Language, text: string, offset: number, signal: AbortSignal) {
    this.#syntax = syntax;
    this.#language = language;
    this.#before = text.slice(0, offset);
    this.#after = text.slice(offset);
    this.#signal = signal;
  }

  /** The first of the texts with which the file has the fewest faults, and no more than `now`. */
  async best(texts: readonly string[], now: number | undefined): Promise<string | undefined> {
    let best: { text: string; faults: number } | undefined;
    for (const text of texts) {
      const faults = await this.faults(text);
      if (now === undefined || faults === undefined) return undefined;
      if (faults <= now && (!best || faults < best.faults)) best = { text, faults };
    }
    return best?.text;
  }

  faults(text: string): Promise<number | undefined> {
    const known = this.#faults.get(text);
    const faults = known ?? this.#syntax.faults(this.#language, this.#before + text + this.#after, this.#signal);
    this.#faults.set(text, faults);
    return faults;
  }
}
