import { setTimeout as delay } from 'node:timers/promises';
import { CoppiceError, throwIfCancelled } from '../../core/errors.ts';
import { said } from '../../core/said.ts';

/** A failure that may not happen again. `afterMs`: the server said how long to wait. */
export class Transient extends Error {
  readonly failure: CoppiceError;
  readonly afterMs: number | undefined;
  /** Enough was achieved before it for the tries to start over. */
  readonly advanced: boolean;

  constructor(failure: CoppiceError, { afterMs, advanced = false }: { afterMs?: number; advanced?: boolean } = {}) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.afterMs = afterMs;
    this.advanced = advanced;
  }
}

export interface Patience {
  /** How often something is tried that gets nowhere. */
  tries: number;
  /** Before the second try; it doubles with each, up to `longestMs`. */
  pauseMs: number;
  longestMs: number;
  /** A server that asks for more is not waited for. */
  mostAskedMs: number;
}

export const PATIENCE: Patience = { tries: 6, pauseMs: 1000, longestMs: 30_000, mostAskedMs: 120_000 };

/**
 * What `work` gives, tried again after each `Transient` failure.
 * @throws CoppiceError the last failure, once patience is at its end
 */
export async function patiently<T>(
  work: () => Promise<T>,
  { tries, pauseMs, longestMs, mostAskedMs }: Patience,
  signal: AbortSignal,
): Promise<T> {
  for (let failed = 0; ; ) {
    throwIfCancelled(signal);
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof Transient)) throw error;
      failed = error.advanced ? 1 : failed + 1;
      if (failed >= tries) throw error.failure;
      if (error.afterMs !== undefined && error.afterMs > mostAskedMs) throw askedToWait(error.afterMs, error.failure);
      // Others who were cut off at the same moment should not all come back at the same one.
      const pause = Math.min(longestMs, pauseMs * 2 ** (failed - 1)) * (0.75 + Math.random() / 2);
      await delay(Math.max(pause, error.afterMs ?? 0), undefined, { signal });
    }
  }
}

/** What `Retry-After` says, in milliseconds: it is a number of seconds or a date. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function askedToWait(ms: number, failure: CoppiceError): CoppiceError {
  const minutes = Math.ceil(ms / 60_000);
  return new CoppiceError(
    failure.code,
    failure.said.message ?? failure.message,
    minutes === 1
      ? said`Try again in 1 minute, as the server asks; what was downloaded is kept.`
      : said`Try again in ${minutes} minutes, as the server asks; what was downloaded is kept.`,
    failure,
  );
}
