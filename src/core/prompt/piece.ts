/**
 * What a slice of the prompt is for. The order is the order of volatility: what changes least between two runs
 * comes first, so that the next run finds the longest possible prefix in the KV store. A dialect may need another one.
 */
export type Role =
  | ('system' | 'repository' | 'tests' | 'recent' | 'prefix' | 'problem' | 'suffix')
  | ('strategy' | 'start' | 'assertion');

/** A slice of text with a role. `path` is the file it comes from, relative to the workspace, with forward slashes. */
export interface ContextPiece {
  role: Role;
  /** The same in every run of the same function, and no other piece's. Whoever wants to switch it off names it. */
  id?: string;
  /** What it is, in a few words. */
  title?: string;
  text: string;
  path?: string;
  /** What was left out to keep within the token budget, in words; absent when the piece is whole. */
  cut?: string;
}

/** A piece that is not in the prompt, and why. */
export interface LeftOut {
  role: Role;
  id: string;
  title: string;
  path?: string;
  why: string;
}

/** The roles of pieces that a run can do without: the user may switch them off. */
export const OPTIONAL_ROLES: readonly Role[] = ['repository', 'tests', 'recent', 'prefix', 'suffix'];
