import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SPECIAL = [
  '<|endoftext|>',
  '<|fim_prefix|>',
  '<|fim_middle|>',
  '<|fim_suffix|>',
  '<|fim_pad|>',
  '<|repo_name|>',
  '<|file_sep|>',
];

/** The characters that byte-level vocabularies write bytes as: printable ones for themselves, the others moved up. */
function byteCharacters(): string[] {
  const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let moved = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : moved++));
}

/** A folder with a small model of random weights and a token for every byte. */
export class RandomModel {
  readonly folder = join(mkdtempSync(join(tmpdir(), 'coppice-model-')), 'random');

  /** @param special without them the model can't fill in the middle */
  constructor(special: string[] = SPECIAL) {
    const golden = fileURLToPath(new URL('../fixtures/golden/qwen2-tied', import.meta.url));
    cpSync(golden, this.folder, { recursive: true });
    const vocab = Object.fromEntries(byteCharacters().map((character, byte) => [character, byte]));
    const tokenizer = {
      ...{ version: '1.0', normalizer: null, post_processor: null },
      added_tokens: special.map((content, index) => ({
        ...{ id: 256 + index, content, special: true },
        ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
      })),
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: { type: 'BPE', unk_token: null, fuse_unk: false, byte_fallback: false, vocab, merges: [] },
    };
    writeFileSync(join(this.folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  }

  dispose(): void {
    rmSync(join(this.folder, '..'), { recursive: true });
  }
}
