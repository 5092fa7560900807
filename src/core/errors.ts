import { inWords, type Said, said } from './said.ts';

/** What can go wrong, by what the user can do about it. Each code belongs to one exit class of the command line. */
export type ErrorCode =
  // The request itself is wrong: exit 2.
  | 'usage'
  | 'file-not-found'
  | 'symbol-not-found'
  | 'language-unsupported'
  | 'candidates-invalid'
  | 'dataset-invalid'
  | 'results-invalid'
  | 'prompt-too-long'
  | 'problem-invalid'
  | 'problem-unsupported'
  // The machine or its files are not ready: exit 3.
  | 'gpu-missing'
  | 'gpu-out-of-memory'
  | 'gpu-lost'
  | 'gpu-self-test'
  | 'model-not-found'
  | 'model-invalid'
  | 'model-unsupported'
  | 'tokenizer-invalid'
  | 'tokenizer-mismatch'
  | 'hub-unreachable'
  | 'hub-denied'
  | 'hub-invalid'
  | 'download-damaged'
  | 'download-running'
  | 'disk-full'
  | 'disk-unwritable'
  | 'engine-crashed'
  | 'judge-crashed'
  | 'sandbox-missing'
  | 'workspace-invalid'
  | 'workspace-untrusted'
  | 'tests-not-found'
  | 'tests-broken'
  | 'runtime-missing'
  | 'cancelled'
  | 'internal';

/** An error with the next step. It crosses process boundaries as plain data and stays structured. */
export interface ErrorData {
  code: ErrorCode;
  message: string;
  /** What the user can do now, as one imperative sentence. */
  remedy: string;
  /** The technical cause, for the log. */
  cause?: string;
  /** What the two texts were made from. */
  said?: { message?: Said; remedy?: Said };
}

export class CoppiceError extends Error {
  override readonly name = 'CoppiceError';
  readonly code: ErrorCode;
  readonly remedy: string;
  /** What the two texts were made from; nothing of one that was given as a string. */
  readonly said: { readonly message?: Said; readonly remedy?: Said };

  constructor(code: ErrorCode, message: string | Said, remedy: string | Said, cause?: unknown) {
    super(inWords(message), cause === undefined ? undefined : { cause });
    this.code = code;
    this.remedy = inWords(remedy);
    this.said = {
      ...(typeof message === 'string' ? {} : { message }),
      ...(typeof remedy === 'string' ? {} : { remedy }),
    };
  }

  /** As the command line prints it. */
  toJSON(): Omit<ErrorData, 'said'> {
    const { code, message, remedy } = this;
    return { code, message, remedy, ...(this.cause === undefined ? {} : { cause: causeText(this.cause) }) };
  }

  /** As it crosses to another process. */
  toData(): ErrorData {
    return { ...this.toJSON(), said: this.said };
  }

  static from({ code, message, remedy, cause, said }: ErrorData): CoppiceError {
    return new CoppiceError(code, said?.message ?? message, said?.remedy ?? remedy, cause);
  }

  /** Any thrown value as a CoppiceError; what is not ours becomes `internal`. */
  static wrap(thrown: unknown): CoppiceError {
    if (thrown instanceof CoppiceError) return thrown;
    if (thrown instanceof Error && thrown.name === 'AbortError') return cancelled();
    return new CoppiceError(
      'internal',
      said`Something unexpected failed: ${causeText(thrown)}`,
      said`Report this with the log.`,
      thrown,
    );
  }
}

/** The one error for work that was called off. */
export function cancelled(): CoppiceError {
  return new CoppiceError('cancelled', said`The work was cancelled.`, said`Start it again when you like.`);
}

/** @throws CoppiceError `cancelled` once `signal` has aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

function causeText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
