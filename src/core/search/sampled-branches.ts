/** What a candidate has sampled so far. */
export interface Sampled {
  tokens: readonly number[];
  /** False while more tokens may follow. */
  done: boolean;
}

/** A span of tokens that the same candidates sampled, up to where they part: a node of their radix tree. */
export interface Branch {
  tokens: number[];
  /** Tokens from the end of the prompt up to the end of the span. */
  depth: number;
  /** Who goes through here, by position in what was given. */
  candidates: number[];
  /** Who of them is done at the end of the span. */
  ended: number[];
  /** Whose last token until now is that of the span. */
  growing: number[];
  /** In the order of the first candidate of each. */
  children: Branch[];
  /** Entropy, in bits, of how candidates went on from the end of the span; see `entropyOf`. */
  entropy: number;
}

/**
 * The radix tree of what candidates of one prompt sampled. Its root has the tokens that all of them share, most often none. It
 * says nothing of tokens that could have been sampled and were not.
 */
export function sampledBranches(candidates: readonly Sampled[]): Branch {
  return branchFrom(
    candidates,
    candidates.map((_, index) => index),
    0,
  );
}

/**
 * The empirical entropy of a choice that was made so many times for each of its outcomes, in bits. Of n choices it is at most
 * log2(n), so a few candidates show less than the model's own uncertainty.
 */
export function entropyOf(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bits = counts.reduce((sum, count) => (count > 0 ? sum - (count / total) * Math.log2(count / total) : sum), 0);
  // A certain outcome would be -0.
  return bits || 0;
}

/** How often candidates went each way at the end of a branch: on with one of its children, or not on at all. */
export function waysOf({ children, ended }: Branch): number[] {
  return [...children.map(({ candidates }) => candidates.length), ...(ended.length > 0 ? [ended.length] : [])];
}

function branchFrom(all: readonly Sampled[], candidates: number[], from: number): Branch {
  const end = sharedUntil(all, candidates, from);
  const [ended, growing]: [number[], number[]] = [[], []];
  const next = new Map<number, number[]>();
  for (const index of candidates) {
    const { tokens, done } = all[index]!;
    const token = tokens[end];
    if (token === undefined) (done ? ended : growing).push(index);
    else if (next.has(token)) next.get(token)!.push(index);
    else next.set(token, [index]);
  }
  const tokens = all[candidates[0] ?? -1]?.tokens.slice(from, end) ?? [];
  const children = [...next.values()].map((through) => branchFrom(all, through, end));
  const branch = { tokens, depth: end, candidates, ended, growing, children, entropy: 0 };
  return { ...branch, entropy: entropyOf(waysOf(branch)) };
}

/** The first place from `from` on where some candidate has no token, or another one than the first candidate. */
function sharedUntil(all: readonly Sampled[], candidates: readonly number[], from: number): number {
  if (candidates.length === 0) return from;
  const first = all[candidates[0]!]!.tokens;
  for (let at = from; ; at++) {
    const token = first[at];
    if (token === undefined || candidates.some((index) => all[index]!.tokens[at] !== token)) return at;
  }
}
