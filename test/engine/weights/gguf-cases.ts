import { GGMLQuantizationType } from '@huggingface/gguf';
import { BLOCK_TYPES } from '../../../src/engine/weights/gguf/block-types.ts';
import { randomFrom } from '../random-numbers.ts';
import { type GgufArchitecture, randomBlocks, randomGguf, SMALL } from './gguf-files.ts';

/** What test/fixtures/gguf.json has llama.cpp's word on: see tools/golden/make_gguf_golden.py. */
export const PROMPT = Array.from({ length: 60 }, (_, i) => (i * 37 + 11) % SMALL.vocabulary);
export const WANTED = [0, 7, 23, 42, 59];
const BLOCKS = 512;
/** What Sprout's tokens and their likelihoods are asked about, in its dialect. */
export const SPROUT_TEXT =
  '<|fim_prefix|>def count_vowels(text: str) -> int:\n    """How many of a, e, i, o and u a text has.\n    """\n' +
  '<|fim_suffix|>\n\n\ndef initials(name: str) -> str:\n    return "".join(word[0] for word in name.split())\n' +
  '<|fim_middle|>    return sum(1 for letter in text.lower() if letter in "aeiou")\n<|endoftext|>';
/** The types of files that Sprout is in for that. */
export const SPROUT_TYPES = ['F32', 'Q8_0'] as const;

/** Blocks of each type, by its name. */
export function blockCases(): Record<string, { type: number; elements: number; bytes: Uint8Array }> {
  return Object.fromEntries(
    Object.entries(BLOCK_TYPES).map(([number, { name }]) => {
      const type = Number(number);
      return [name, { type, elements: BLOCKS, bytes: randomBlocks(type, BLOCKS, 1, randomFrom(type)) }];
    }),
  );
}

/** Models of each architecture: of two in every type, of the others in one that is not decoded and in one that is. */
export function modelCases(): Record<string, () => Uint8Array> {
  const { F32, F16, Q8_0 } = GGMLQuantizationType;
  const all = [F32, F16, ...Object.keys(BLOCK_TYPES).map(Number)];
  const some = [F32, Q8_0];
  const types = { qwen2: all, llama: all, qwen3: some, granite: some, starcoder2: some };
  return Object.fromEntries(
    (Object.keys(types) as GgufArchitecture[]).flatMap((architecture) =>
      types[architecture].map((type) => [
        `${architecture}-${GGMLQuantizationType[type]}`,
        () => randomGguf(architecture, type, type + 1),
      ]),
    ),
  );
}
