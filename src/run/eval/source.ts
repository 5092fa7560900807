import type { Sampling } from '../../core/candidate.ts';
import type { CoppiceError } from '../../core/errors.ts';
import type { Problem } from '../../core/eval/problem.ts';
import { type Completion, parseSamples } from '../../core/eval/samples.ts';
import type { EngineEvent, WeightType } from '../../core/protocol.ts';
import { Syntax } from '../../syntax/syntax.ts';
import type { EngineClient } from '../engine-client.ts';
import { retried } from '../grow.ts';
import { inspectModel } from '../shelf/inspect.ts';
import { growCompletions, targetOf } from './completions.ts';
import { readDataFile } from './data-file.ts';
import type { ResultsFile, RunIdentity } from './results-file.ts';

/** Where the completions of each problem come from. */
export interface Source {
  /** What makes it this source and no other. */
  identity: RunIdentity;
  model: string | null;
  seed: number | null;
  /** How many there are, or will be. */
  size(problem: Problem): number;
  completions(problem: Problem, results: ResultsFile): Promise<Completion[]>;
}

/** Reads given completions. Throws as `readDataFile` and `parseSamples` do. */
export async function samplesSource(path: string, problems: Problem[]): Promise<Source> {
  const file = await readDataFile(path, 'candidates-invalid');
  const samples = parseSamples(path, file.text, problems);
  return {
    ...{ identity: { samples: file.sha256 }, model: null, seed: null },
    size: ({ id }) => samples.get(id)?.length ?? 0,
    completions: async ({ id }) => samples.get(id) ?? [],
  };
}

export interface ModelSettings {
  /** A model of the shelf, or a folder. */
  model: string;
  weights?: WeightType;
  /** Completions for each problem. */
  n: number;
  maxTokens: number;
  sampling: Sampling;
}

export interface GrowingEvents {
  /** `position` is that of the problem in the data set. */
  onGrowing(position: number, event: EngineEvent | undefined): void;
  onRestart(error: CoppiceError): void;
}

/**
 * Grows completions, one problem after the other. Throws `dataset-invalid` at once where a problem has nothing to grow, and
 * what `inspectModel` says.
 */
export async function modelSource(
  settings: ModelSettings,
  problems: Problem[],
  engine: EngineClient,
  signal: AbortSignal,
  { onGrowing, onRestart }: GrowingEvents,
): Promise<Source> {
  const { n, maxTokens, sampling, weights } = settings;
  const syntax = await Syntax.load();
  const targets = new Map(problems.map((problem) => [problem.id, targetOf(problem, syntax)]));
  const positions = new Map(problems.map(({ id }, position) => [id, position]));
  const model = await inspectModel(engine, settings.model, signal);
  return {
    identity: { model: model.path, weights: weights ?? 'as they are', n, maxTokens, ...sampling },
    model: model.name,
    seed: sampling.seed,
    size: () => n,
    async completions(problem, results) {
      const kept = results.of(problem.id).grown;
      if (kept) return kept;
      const position = positions.get(problem.id)!;
      onGrowing(position, undefined);
      const grown = await retried(
        () =>
          growCompletions(
            problem,
            targets.get(problem.id)!,
            // Draws of one problem say nothing about those of another.
            { ...settings, model, sampling: { ...sampling, seed: sampling.seed + position } },
            { engine, syntax },
            { signal, onEvent: (event) => onGrowing(position, event) },
          ),
        signal,
        onRestart,
      );
      results.grown(problem.id, grown);
      return grown;
    },
  };
}
