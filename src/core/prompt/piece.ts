/**
 * What a slice of the prompt is for. The order is the order of volatility: what changes least between two runs
 * comes first, so that the next run finds the longest possible prefix in the KV store. A dialect may need another one.
 */
export type Role = 'system' | 'repository' | 'tests' | 'prefix' | 'problem' | 'suffix' | 'strategy' | 'assertion';

/** A slice of text with a role. `path` is the file it comes from, relative to the workspace, with forward slashes. */
export interface ContextPiece {
  role: Role;
  text: string;
  path?: string;
  /** What was left out to keep within the token budget, in words; absent when the piece is whole. */
  cut?: string;
}
