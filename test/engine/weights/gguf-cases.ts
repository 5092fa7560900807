import { GGMLQuantizationType } from '@huggingface/gguf';
import { BLOCK_TYPES } from '../../../src/engine/weights/gguf/block-types.ts';
import { randomFrom } from '../random-numbers.ts';
import { randomBlocks, randomGguf, SMALL } from './gguf-files.ts';

/** What test/fixtures/gguf.json has llama.cpp's word on: see tools/golden/make_gguf_golden.py. */
export const PROMPT = Array.from({ length: 60 }, (_, i) => (i * 37 + 11) % SMALL.vocabulary);
export const WANTED = [0, 7, 23, 42, 59];
const BLOCKS = 512;

/** Blocks of each type, by its name. */
export function blockCases(): Record<string, { type: number; elements: number; bytes: Uint8Array }> {
  return Object.fromEntries(
    Object.entries(BLOCK_TYPES).map(([number, { name }]) => {
      const type = Number(number);
      return [name, { type, elements: BLOCKS, bytes: randomBlocks(type, BLOCKS, 1, randomFrom(type)) }];
    }),
  );
}

/** A model of each type, and of each architecture in the types that are not decoded. */
export function modelCases(): Record<string, () => Uint8Array> {
  const { F32, F16 } = GGMLQuantizationType;
  return Object.fromEntries(
    (['qwen2', 'llama'] as const).flatMap((architecture) =>
      [F32, F16, ...Object.keys(BLOCK_TYPES).map(Number)].map((type) => [
        `${architecture}-${GGMLQuantizationType[type]}`,
        () => randomGguf(architecture, type, type + 1),
      ]),
    ),
  );
}
