/** A text that can stand at the cursor, with how sure the model was of it. */
export interface Likely {
  text: string;
  /** Sum of token log-probabilities, and of how many. */
  logprob: number;
  tokens: number;
}

/** The distinct texts: first what most candidates agree on, among equals what the model was surest of by the token. */
export function agreed(texts: readonly Likely[]): string[] {
  const groups = new Map<string, Likely[]>();
  for (const likely of texts) groups.set(likely.text, [...(groups.get(likely.text) ?? []), likely]);
  const best = (group: readonly Likely[]) =>
    Math.max(...group.map(({ logprob, tokens }) => logprob / Math.max(1, tokens)));
  return [...groups]
    .sort(([, one], [, other]) => other.length - one.length || best(other) - best(one))
    .map(([text]) => text);
}
