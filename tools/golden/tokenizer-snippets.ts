/**
 * node tools/golden/tokenizer-snippets.ts VOCABULARY.gguf COUNT: random and real snippets with the ids that we give them, and what
 * compare_tokenizers.py needs to ask the reference implementations the same.
 */
import { GgufFile } from '../../src/engine/weights/gguf/gguf.ts';
import { ggufTokenizer } from '../../src/engine/weights/gguf/tokenizer.ts';
import { Tokenizer } from '../../src/engine/weights/tokenizer.ts';
import { randomFrom } from '../../test/engine/random-numbers.ts';
import { snippet } from '../../test/engine/weights/snippets.ts';

const [path, count] = process.argv.slice(2);
if (path === undefined || count === undefined) throw new Error('Name a file and a number.');
const seed = Math.floor(Math.random() * 2 ** 32);
const random = randomFrom(seed);
const file = await GgufFile.open(path);
const { metadata } = file;
const definition = ggufTokenizer(metadata)!;
const tokenizer = Tokenizer.of(definition);
const texts = Array.from({ length: Number(count) }, () => snippet(random));
const vocabulary = {
  tokens: metadata.texts('tokenizer.ggml.tokens'),
  scores: metadata.numbers('tokenizer.ggml.scores'),
  types: metadata.numbers('tokenizer.ggml.token_type'),
  prefix: metadata.flag('tokenizer.ggml.add_space_prefix') ?? true,
};
const kind = metadata.text('tokenizer.ggml.model');
const cases = texts.map((text) => ({ text, ids: tokenizer.encode(text) }));
process.stdout.write(JSON.stringify({ seed, kind, definition, vocabulary, cases }));
await file.dispose();
