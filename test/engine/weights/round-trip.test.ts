import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ggufTokenizer } from '../../../src/engine/weights/gguf/tokenizer.ts';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { below, onFreshNumbers } from '../random-numbers.ts';
import { byteMetadata, pieceMetadata } from './tokenizer-cases.ts';
import { MARKED, TEXTS } from './tokenizer-texts.ts';

const SNIPPETS = 10_000;
const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = ['src/core', 'src/judge', 'kernels', 'examples/python'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|py|wgsl|mjs)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
);

/** A piece of a source file, of the texts that tokenizers differ about, or of characters of any kind. */
function snippet(random: () => number): string {
  const cut = (text: string) => {
    const from = below(random, text.length + 1);
    // Half a character becomes one of its own.
    return Buffer.from(text.slice(from, from + below(random, 120))).toString();
  };
  const any = () => {
    const point = below(random, [128, 0x800, 0x10000, 0x110000][below(random, 4)]!);
    return point >= 0xd800 && point < 0xe000 ? ' ' : String.fromCodePoint(point);
  };
  const made = [
    () => cut(sources[below(random, sources.length)]!),
    () => cut([...TEXTS, ...MARKED][below(random, TEXTS.length + MARKED.length)]!),
    () => Array.from({ length: below(random, 40) }, any).join(''),
    () => [any(), ' ', '\n'][below(random, 3)]!.repeat(below(random, 60)),
  ];
  return Array.from({ length: 1 + below(random, 2) }, () => made[below(random, made.length)]!()).join('');
}

const sprout = await Tokenizer.open(join(root, 'models/sprout'));
const vocabularies: [string, Tokenizer, (text: string) => string, (text: string) => string][] = [
  // Its normaliser composes characters.
  ['Sprout', sprout!, (text) => text.normalize('NFC'), (text) => text],
  ['letters', Tokenizer.of(ggufTokenizer(byteMetadata('llama-bpe'))!), (text) => text, (text) => text],
  // It writes spaces with the character ▁, which therefore comes back as one.
  [
    'SentencePiece',
    Tokenizer.of(ggufTokenizer(pieceMetadata())!),
    (text) => text.replaceAll('▁', ' '),
    (text) => (text === '' ? '' : ` ${text}`),
  ],
];

for (const [name, tokenizer, taken, given] of vocabularies) {
  test(`${SNIPPETS} snippets come back from the tokens of ${name}`, async () => {
    await onFreshNumbers((random) => {
      for (let i = 0; i < SNIPPETS; i++) {
        const text = taken(snippet(random));
        const ids = tokenizer.encode(text);
        assert.ok(ids.every((id) => Number.isInteger(id) && id >= 0 && id < tokenizer.size));
        assert.equal(tokenizer.decode(ids), given(text));
      }
    });
  });
}
