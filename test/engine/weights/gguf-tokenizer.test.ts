import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PLAIN } from '../../../src/core/prompt/dialects.ts';
import type { PromptNode } from '../../../src/core/prompt/tree.ts';
import { tokenizeTree } from '../../../src/engine/token-tree.ts';
import { PRE_TOKENIZERS } from '../../../src/engine/weights/gguf/pre-tokenizers.ts';
import { ggufTokenizer } from '../../../src/engine/weights/gguf/tokenizer.ts';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { assertRefused } from './refusal.ts';
import { byteMetadata, definitions, fixture, llamaDefinition, metadata, pieceMetadata } from './tokenizer-cases.ts';
import { MARKED, TEXTS } from './tokenizer-texts.ts';

const written = (ids: number[]) => ids.join(' ');
const pieces = Tokenizer.of(ggufTokenizer(pieceMetadata())!);
const END = fixture.bytes.tokens.length - 1;

describe('a definition gives the ids of the reference implementation', () => {
  for (const [name, definition] of Object.entries(definitions())) {
    test(name, () => {
      const tokenizer = Tokenizer.of(definition);
      const texts = [...TEXTS, ...MARKED].slice(0, fixture.golden[name]!.length);
      for (const [i, text] of texts.entries()) {
        const ids = tokenizer.encode(text, i >= TEXTS.length);
        assert.equal(written(ids), fixture.golden[name]![i], JSON.stringify(text));
      }
    });
  }

  test('SentencePiece', () => {
    for (const [i, text] of TEXTS.entries()) {
      assert.equal(written(pieces.encode(text)), fixture.golden.sentencepiece![i], JSON.stringify(text));
      assert.equal(pieces.decode(pieces.encode(text)), text === '' ? '' : ` ${text}`);
    }
  });
});

test('no two ways of cutting text give the same ids for the texts of the fixture', () => {
  const golden = Object.entries(fixture.golden).filter(([name]) => name in PRE_TOKENIZERS);
  assert.equal(new Set(golden.map(([, ids]) => ids.join())).size, golden.length);
});

describe('SentencePiece', () => {
  test('puts its space before a prompt alone, and shows it', () => {
    assert.deepEqual(pieces.pieces(pieces.encode('import token')), [' import', ' token']);
    const without = Tokenizer.of(ggufTokenizer(pieceMetadata({ 'tokenizer.ggml.add_space_prefix': false }))!);
    assert.equal(without.decode(without.encode('return x')), 'return x');
  });

  test('may list its merges, as Gemma 4 does', () => {
    const { model } = ggufTokenizer(pieceMetadata())! as { model: { merges: string[][] } };
    const merges = model.merges.map((pair) => pair.join(' '));
    const kind = { 'tokenizer.ggml.model': 'gemma4', 'tokenizer.ggml.scores': undefined };
    const listed = Tokenizer.of(ggufTokenizer(pieceMetadata({ ...kind, 'tokenizer.ggml.merges': merges }))!);
    for (const text of TEXTS) assert.deepEqual(listed.encode(text), pieces.encode(text));
  });

  test('writes what a prompt is continued with as it stands, with its spaces', () => {
    for (const way of ['prepend', 'metaspace'] as const) {
      const tokenizer = Tokenizer.of(llamaDefinition(way));
      assert.deepEqual(tokenizer.pieces(tokenizer.encode('import token')), [' import', ' token']);
      assert.equal(tokenizer.decode(tokenizer.encode('import token').slice(1)), ' token');
    }
  });

  test('takes a text before which stands a special token as the definition says', () => {
    const first = Tokenizer.of(llamaDefinition('metaspace')).encode('<s>a', true);
    const always = Tokenizer.of(llamaDefinition('prepend')).encode('<s>a', true);
    assert.deepEqual(
      [pieces.pieces(first), pieces.pieces(always)],
      [
        ['<s>', 'a'],
        ['<s>', ' a'],
      ],
    );
  });

  test('splits characters that are no piece into bytes, a byte order mark among them', () => {
    const text = '\ufeffx 🧪 \ufeff';
    assert.equal(pieces.decode(pieces.encode(text)), ` ${text}`);
    assert.deepEqual(pieces.pieces(pieces.encode('🧪').slice(-1)), ['\ufffd']);
  });

  test('never reads a special token from text, even where letters merge to one', () => {
    assert.ok(pieces.encode('a </s> b <s>').every((id) => id > 2));
    const definition = llamaDefinition('prepend') as { model: { vocab: object; merges: unknown[] } };
    const merges = [['<', '/'], ['</', 's'], ['</s', '>'], ...definition.model.merges];
    const vocab = { ...definition.model.vocab, '</': 640, '</s': 641, '</s>': 2 };
    const merging = Tokenizer.of({ ...definition, model: { ...definition.model, vocab, merges } });
    const ids = merging.encode('a </s> b');
    assert.ok(!ids.includes(2));
    assert.equal(merging.decode(ids), ' a </s> b');
    assert.ok(merging.encode('a </s> b', true).includes(2));
  });
});

test('a file that does not say how it cuts text is known by its tokens, or refused', async () => {
  const { tokens } = fixture.bytes;
  const nameless = (more: Record<string, unknown>) =>
    ggufTokenizer(byteMetadata('', { 'tokenizer.ggml.pre': undefined, ...more }));
  const coder = Tokenizer.of(nameless({ 'tokenizer.ggml.tokens': [...tokens, '<｜fim▁hole｜>'] })!);
  for (const [i, text] of TEXTS.entries()) {
    assert.equal(written(coder.encode(text)), fixture.golden['deepseek-coder']![i], JSON.stringify(text));
  }
  assert.match((await assertRefused(() => nameless({}), 'model-unsupported')).message, /gpt2 with default/);
});

describe('a prompt begins with the token for that', () => {
  test('where the file says so, or its kind does', () => {
    const startOf = (pre: string, more = {}) => Tokenizer.of(ggufTokenizer(byteMetadata(pre, more))!).start;
    assert.deepEqual([...pieces.start], [1]);
    assert.deepEqual([...startOf('llama-bpe')], [END]);
    assert.deepEqual([...startOf('llama-bpe', { 'tokenizer.ggml.add_bos_token': false })], []);
    assert.deepEqual([...startOf('qwen2')], []);
    assert.deepEqual([...startOf('deepseek-coder', { 'tokenizer.ggml.add_bos_token': true })], [END]);
    assert.deepEqual(pieces.encodePrompt('a'), [1, ...pieces.encode('a')]);
    assert.deepEqual(pieces.encodePrompt('<s>a'), [1, ...pieces.encode('a')]);
    assert.deepEqual(pieces.encodePrompt(''), [1]);
  });

  test('where tokenizer.json of Llama 3 does, or the configuration of DeepSeek-Coder or CodeLlama', () => {
    const base = ggufTokenizer(byteMetadata('llama-bpe'))!;
    const byteLevel = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true };
    const llama3 = { ...base, post_processor: { type: 'Sequence', processors: [byteLevel, base.post_processor] } };
    assert.deepEqual([...Tokenizer.of(llama3).start], [END]);
    const bare = { ...base, post_processor: byteLevel };
    const bos = { content: '<|endoftext|>', lstrip: false };
    assert.deepEqual([...Tokenizer.of(bare).start], []);
    assert.deepEqual([...Tokenizer.of(bare, { add_bos_token: true, bos_token: bos }).start], [END]);
    assert.deepEqual([...Tokenizer.of(bare, { add_bos_token: false, bos_token: null }).start], []);
    assert.deepEqual([...Tokenizer.of(llama3, { add_bos_token: false, bos_token: bos }).start], []);
    const codeLlama = llamaDefinition('prepend');
    assert.deepEqual([...Tokenizer.of(codeLlama, { add_bos_token: true, bos_token: '<s>' }).start], [1]);
  });

  test('and so does a tree, in whose text only the beginning gets a space', () => {
    const node = (text: string, children: PromptNode[] = []): PromptNode => ({
      ...{ pieces: [{ role: 'problem', text, volatility: 0 }] as unknown as PromptNode['pieces'], children },
      candidates: 1,
    });
    const tree = tokenizeTree(node('import', [node('x'), node('y')]), pieces, PLAIN);
    assert.deepEqual(pieces.pieces(tree.tokens), ['<s>', ' import']);
    assert.deepEqual(
      tree.children.map(({ tokens }) => pieces.pieces(tokens)),
      [['x'], ['y']],
    );
  });
});

describe('a tokenizer of a file is refused', () => {
  const cases: [string, 'model-invalid' | 'model-unsupported' | 'tokenizer-invalid', RegExp, () => unknown][] = [
    ['of another kind', 'model-unsupported', /t5/, () => ggufTokenizer(metadata({ 'tokenizer.ggml.model': 't5' }))],
    [
      'that cuts text in an unknown way',
      'model-unsupported',
      /gpt2 with own/,
      () => ggufTokenizer(byteMetadata('own')),
    ],
    ['without scores', 'model-invalid', /scores/, () => ggufTokenizer(pieceMetadata({ 'tokenizer.ggml.scores': 3 }))],
    [
      'with pieces that are too long',
      'model-invalid',
      /too long/,
      () =>
        ggufTokenizer(pieceMetadata({ 'tokenizer.ggml.tokens': ['x'.repeat(1e6)], 'tokenizer.ggml.token_type': [1] })),
    ],
  ];
  for (const [name, code, problem, work] of cases) {
    test(name, async () => assert.match((await assertRefused(work, code)).message, problem));
  }
});
