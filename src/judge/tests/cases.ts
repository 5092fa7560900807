import type { CaseResult, CaseStatus } from '../../core/report.ts';

export const MOST_CASES = 10_000;
export const MESSAGE_LENGTH = 2000;
/** From the best to the worst. */
const ORDER: readonly CaseStatus[] = ['skipped', 'passed', 'failed', 'error'];

/**
 * The cases that a report tells of, which a candidate may have written itself: bounded, and where two say different things of
 * the same case, the worse is believed.
 */
export class Cases {
  readonly #cases = new Map<string, CaseResult>();

  add(result: CaseResult): void {
    const known = this.#cases.get(result.id);
    if (known ? ORDER.indexOf(known.status) >= ORDER.indexOf(result.status) : this.#cases.size >= MOST_CASES) return;
    const { message, ...rest } = result;
    this.#cases.set(result.id, { ...rest, ...(message ? { message: message.slice(0, MESSAGE_LENGTH) } : {}) });
  }

  get(id: string): CaseResult | undefined {
    return this.#cases.get(id);
  }

  /** Takes a case out and says what was told of it. */
  take(id: string): CaseStatus | undefined {
    const status = this.#cases.get(id)?.status;
    this.#cases.delete(id);
    return status;
  }

  all(): CaseResult[] {
    return [...this.#cases.values()];
  }
}
