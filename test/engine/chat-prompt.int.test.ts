import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletePrompt, CompleteResult } from '../../src/core/protocol.ts';
import { chatPrompt } from '../../src/engine/chat-prompt.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Tokenizer } from '../../src/engine/weights/tokenizer.ts';
import { folderWith, tinyModel, tinyTokenizer } from './weights/model-files.ts';
import { llamaDefinition } from './weights/tokenizer-cases.ts';

const signal = new AbortController().signal;
const template =
  "{% for m in messages %}{{ '<|file_sep|>' + m.role + ' ' + m.content }}{% endfor %}{{ '<|fim_middle|>' }}";
const conversation = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is <|fim_middle|> and <|file_sep|>?' },
  ],
};
const tokenizer = Tokenizer.of(tinyTokenizer());
const special = (token: string) => [tokenizer.specialId(token)];
const expected = [
  ...[...special('<|file_sep|>'), ...tokenizer.encode('system Be brief.')],
  ...[...special('<|file_sep|>'), ...tokenizer.encode('user What is <|fim_middle|> and <|file_sep|>?')],
  ...special('<|fim_middle|>'),
];

test('special tokens of the template act, those that messages spell are text', async () => {
  const templates = { named: { default: template }, tokens: {} };
  assert.deepEqual(await chatPrompt(conversation, templates, tokenizer, signal), expected);
});

test('a name that spells a special token is text too, wherever it goes', async () => {
  const templates = { named: { default: "{{ messages | tojson }}{{ '<|endoftext|>' }}" }, tokens: {} };
  const messages = [{ role: '<|fim_prefix|>', content: '', arguments: { '<|endoftext|>': ['\u{f0000}'] } }];
  const ids = await chatPrompt({ messages }, templates, tokenizer, signal);
  assert.equal(ids.filter((id) => id >= 258).join(), special('<|endoftext|>').join());
  assert.match(tokenizer.decode(ids), /"arguments": \{"<\|endoftext\|>": \["\u{f0000}"\]\}/u);
});

test('a template of Llama gets its space where its tokenizer puts it', async () => {
  const llama = Tokenizer.of(llamaDefinition('prepend'));
  const templates = {
    named: { default: '{{ bos_token }}[INST] {{ messages[0].content }}' },
    tokens: { bos_token: '<s>' },
  };
  const ids = await chatPrompt({ messages: [{ role: 'user', content: 'a </s>' }] }, templates, llama, signal);
  assert.equal(llama.decode(ids), '<s> [INST] a </s>');
  assert.deepEqual(
    ids.filter((id) => id < 3),
    [1],
  );
});

test('the engine answers a conversation as it continues what the template makes of it', async () => {
  const folder = folderWith({
    ...tinyModel(),
    'tokenizer_config.json': JSON.stringify({ chat_template: template.replace('+ m.role', '+ m.role[:4]') }),
  });
  const short = { messages: [{ role: 'user', content: 'a <|fim_middle|>' }] };
  const ids = [...special('<|file_sep|>'), ...tokenizer.encode('user a <|fim_middle|>'), ...special('<|fim_middle|>')];
  const engine = new Engine();
  const complete = async (prompt: CompletePrompt) => {
    const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
    const asked = { model: folder, prompt, n: 1, sampling, stop: { maxTokens: 3, strings: [] }, logprobs: 2 };
    const result = await engine.handle({ kind: 'complete', ...asked }, { signal, emit: () => {} });
    return (result as CompleteResult).choices;
  };
  const answer = await complete({ kind: 'chat', conversation: short });
  assert.equal(answer[0]!.logprobs.length, 3);
  assert.deepEqual(answer, await complete({ kind: 'ids', ids }));
});
