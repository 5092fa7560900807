import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GGMLQuantizationType } from '@huggingface/gguf';
import { ggufName } from '../../../src/engine/weights/gguf/names.ts';
import { toFloats, toHalves } from '../../../src/engine/weights/half.ts';
import { readModelFolder } from '../../../src/engine/weights/model-source.ts';
import { Safetensors } from '../../../src/engine/weights/safetensors.ts';
import { type GgufTensor, ggufBytes, type MetadataEntry } from './gguf-files.ts';

export const SPROUT = fileURLToPath(new URL('../../../models/sprout', import.meta.url));

const { F32, Q8_0 } = GGMLQuantizationType;
type SproutType = 'F32' | 'Q8_0';
/** What llama.cpp calls a token that is text, and one that text does not spell. */
const [NORMAL, CONTROL] = [1, 3];

/** Sprout with its tokenizer in one GGUF file, its matrices of this type. */
export async function sproutGguf(type: SproutType): Promise<Uint8Array> {
  const { config } = await readModelFolder(SPROUT);
  const [end] = config.endTokens;
  const shape: Record<string, MetadataEntry> = {
    'qwen2.block_count': ['u32', config.layers],
    'qwen2.context_length': ['u32', config.maxPositions],
    'qwen2.embedding_length': ['u32', config.width],
    'qwen2.feed_forward_length': ['u32', config.feedForward],
    'qwen2.attention.head_count': ['u32', config.heads],
    'qwen2.attention.head_count_kv': ['u32', config.kvHeads],
    'qwen2.attention.layer_norm_rms_epsilon': ['f32', config.normEpsilon],
    'qwen2.rope.freq_base': ['f32', config.ropeTheta],
  };
  const names: Record<string, MetadataEntry> = {
    'general.architecture': ['text', 'qwen2'],
    'general.name': ['text', 'Sprout'],
    'general.license': ['text', 'Apache-2.0'],
    'tokenizer.ggml.eos_token_id': ['u32', end],
    'tokenizer.ggml.add_bos_token': ['flag', false],
  };
  return ggufBytes({ ...names, ...shape, ...(await tokenizerEntries()) }, await tensors(type));
}

async function tokenizerEntries(): Promise<Record<string, MetadataEntry>> {
  const { model, added_tokens: added } = JSON.parse(await readFile(join(SPROUT, 'tokenizer.json'), 'utf8')) as {
    model: { vocab: Record<string, number>; merges: [string, string][] };
    added_tokens: { id: number; content: string }[];
  };
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  const types = tokens.map(() => NORMAL);
  for (const { id, content } of added) [tokens[id], types[id]] = [content, CONTROL];
  return {
    'tokenizer.ggml.model': ['text', 'gpt2'],
    'tokenizer.ggml.pre': ['text', 'qwen2'],
    'tokenizer.ggml.tokens': ['texts', tokens],
    'tokenizer.ggml.token_type': ['i32s', types],
    'tokenizer.ggml.merges': ['texts', model.merges.map((pair) => pair.join(' '))],
  };
}

async function tensors(type: SproutType): Promise<Record<string, GgufTensor>> {
  const file = await Safetensors.open(SPROUT);
  try {
    const out: Record<string, GgufTensor> = {};
    for (const [name, { shape }] of file.tensors) {
      const { type: stored } = file.entry(name, shape);
      for await (const piece of file.read(name, Number.POSITIVE_INFINITY)) {
        const values = toFloats(piece, stored);
        const isMatrix = shape.length > 1 && type === 'Q8_0';
        const data = isMatrix ? quantizedQ8(values) : new Uint8Array(values.buffer);
        out[ggufName(name)!] = { sides: shape.toReversed(), type: isMatrix ? Q8_0 : F32, data };
      }
    }
    return out;
  } finally {
    await file.dispose();
  }
}

/** Blocks of Q8_0 as llama.cpp's `quantize_row_q8_0` makes them: the greatest of 32 values becomes 127. */
function quantizedQ8(values: Float32Array): Uint8Array {
  const out = new Uint8Array((values.length / 32) * 34);
  for (let block = 0; block < values.length / 32; block++) {
    const own = values.subarray(block * 32, block * 32 + 32);
    const scale = Math.fround(own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    const half = toHalves(Float32Array.of(scale))[0]!;
    out.set([half & 255, half >> 8], block * 34);
    for (const [i, value] of own.entries()) {
      // Halves are rounded away from zero.
      const scaled = Math.fround(value * inverse);
      out[block * 34 + 2 + i] = Math.sign(scaled) * Math.round(Math.abs(scaled));
    }
  }
  return out;
}
