import type { Sampling } from '../../core/candidate.ts';
import type { Row } from '../attention/plan.ts';
import type { CacheNode } from '../cache/radix.ts';
import type { Drawn } from '../sample/sampler.ts';
import type { ModelConfig } from '../weights/config.ts';

/** A model on the GPU with its KV buffers, in either tier. */
export interface ForwardPass {
  readonly config: ModelConfig;
  /** Slots of the KV store. */
  readonly slots: number;
  /** Numbers from one row of logits to the next; V of them count. */
  readonly logitsPitch: number;
  /** Rows that one pass should take at most. */
  readonly chunk: number;
  /** Decodes several steps without the host in between; absent where a tier can't. */
  readonly stepper?: Stepper | undefined;
  /**
   * Runs `rows` through all layers: their KV goes to their slots, each attends its node path. Returns the logits of the
   * wanted rows, [outputs, logitsPitch] f32 on the GPU; they are valid until the next pass. Rows may come from any nodes,
   * as long as what a row's path holds before it is filled or in the same pass.
   *
   * Reproducible, a row's result does not depend on the other rows; otherwise nodes with few rows take the faster way.
   * @throws CoppiceError `gpu-out-of-memory`, `gpu-lost`, `cancelled`
   */
  forward(rows: Row[], outputs: number[], signal?: AbortSignal, reproducible?: boolean): Promise<GPUBuffer>;
  dispose(): void;
}

/** A candidate's place in a submission of decode steps. */
export interface StepRow {
  branch: CacheNode;
  /** Offset in the branch of the token that the first step computes; slots for all steps must be reserved. */
  index: number;
  candidate: number;
  /** The token, or the row that the candidate had in the submission just before. */
  token: { id: number } | { row: number };
}

export interface StepRequest {
  rows: StepRow[];
  steps: number;
  sampling: Sampling;
  endTokens: number[];
  reproducible: boolean;
}

export interface Stepper {
  /** Steps that one submission should take for so many rows, so that a cancel is heard soon. */
  stepsFor(rows: number): number;
  /**
   * Submits the steps at once; their results come later, so the next submission can be on its way before they are read.
   * The result is [steps][rows], undefined from a candidate that had drawn an end token before.
   */
  submit(request: StepRequest): Promise<{ drawn: Promise<(Drawn | undefined)[][]> }>;
}
