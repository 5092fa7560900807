import type { NamedTokens } from '../../../core/prompt/dialects.ts';
import type { Metadata } from './metadata.ts';

/** The tokens that a file names for filling in the middle, by llama.cpp's keys; undefined where it lacks one of the three. */
export function ggufFimTokens(metadata: Metadata): NamedTokens | undefined {
  const tokens = metadata.texts('tokenizer.ggml.tokens') ?? [];
  const named = (key: string) => {
    const id = metadata.number(`tokenizer.ggml.${key}_token_id`);
    return id === undefined ? undefined : tokens[id];
  };
  // Files from before there were more kinds than these three have other names.
  const prefix = named('fim_pre') ?? named('prefix');
  const suffix = named('fim_suf') ?? named('suffix');
  const middle = named('fim_mid') ?? named('middle');
  if (prefix === undefined || suffix === undefined || middle === undefined) return undefined;
  const separator = named('fim_sep');
  return { prefix, suffix, middle, ...(separator === undefined ? {} : { separator }) };
}
