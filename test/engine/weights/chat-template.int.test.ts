import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Conversation } from '../../../src/core/conversation.ts';
import { folderTemplates, ggufTemplates, renderChat } from '../../../src/engine/weights/chat-template.ts';
import { folderWith } from './model-files.ts';
import { assertRefused } from './refusal.ts';
import { metadata } from './tokenizer-cases.ts';

const file = (name: string) => readFileSync(new URL(`../../fixtures/chat/${name}`, import.meta.url), 'utf8');
const qwen = file('Qwen2.5-7B-Instruct.jinja');
/** Of transformers 5.18.0: see tools/golden/make_chat_golden.py. */
const golden = JSON.parse(file('golden.json')) as (Conversation & { without: string; prompt: string })[];
const HELLO: Conversation = { messages: [{ role: 'user', content: 'Hello' }] };

const render = (template: unknown, conversation = HELLO) =>
  renderChat({ named: { default: template }, tokens: {} }, conversation);

test(`renders ${golden.length} conversations as transformers does`, async () => {
  assert.equal(golden.length, 20);
  for (const { messages, tools, without, prompt } of golden) {
    const conversation = { messages, ...(tools ? { tools } : {}) };
    const templates = { named: { default: qwen }, tokens: {} };
    const texts = await Promise.all(
      [false, true].map((addGenerationPrompt) => renderChat(templates, conversation, { addGenerationPrompt })),
    );
    assert.deepEqual(texts, [without, prompt]);
  }
});

describe('a template is found', () => {
  const found = async (files: Record<string, string>, config: Record<string, unknown>, tools?: unknown[]) =>
    renderChat(await folderTemplates(folderWith(files), config), { ...HELLO, ...(tools ? { tools } : {}) });

  test('in tokenizer_config.json, as a text or by name', async () => {
    assert.equal(await found({}, { chat_template: '{{ eos_token }}', eos_token: { content: '</s>' } }), '</s>');
    const named = ['default', 'tool_use'].map((name) => ({ name, template: `${name} {{ bos_token }}` }));
    assert.equal(await found({}, { chat_template: named, bos_token: '<s>' }), 'default <s>');
    assert.equal(await found({}, { chat_template: named, bos_token: '<s>' }, [{}]), 'tool_use <s>');
    assert.equal(await found({}, { chat_template: [named[0]] }, [{}]), 'default ');
  });

  test('in chat_template.jinja, which comes first', async () => {
    assert.equal(await found({ 'chat_template.jinja': 'file' }, { chat_template: 'config' }), 'file');
  });

  test('in a GGUF file', async () => {
    const templates = ggufTemplates(
      metadata({
        ...{ 'tokenizer.chat_template': '{{ bos_token }}{{ messages[0].content }}', 'tokenizer.ggml.bos_token_id': 1 },
        'tokenizer.ggml.tokens': ['a', '<s>'],
      }),
    );
    assert.equal(await renderChat(templates, HELLO), '<s>Hello');
  });

  test('nowhere, which is said', async () => {
    await assertRefused(() => found({}, {}), 'model-unsupported');
    await assertRefused(() => renderChat(ggufTemplates(metadata({})), HELLO), 'model-unsupported');
  });
});

describe('a template is ended, or refused, that', () => {
  const doubling = (start: string) =>
    `{% set n = namespace(s=${start}) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}`;
  const endless = '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}';
  const cases: [what: string, template: unknown, reason: RegExp][] = [
    ['never ends', endless, /timed out|does not end/],
    ['counts to 10^18', endless.replaceAll('00000', '000000000'), /timed out|does not end|memory/],
    ['fills the memory with a list', doubling('[1]'), /timed out|does not end|memory/],
    ['fills the memory with a text', doubling("'ab'"), /string length/],
    ['writes too much', `{% for i in range(20000) %}${'x'.repeat(1000)}{% endfor %}`, /20000000 characters/],
    ['is nested deeply', `{{ ${'('.repeat(1e5)}1${')'.repeat(1e5)} }}`, /call stack/],
    ['is no template', '{% if %}', /Unexpected token/],
    ['is too long', 'x'.repeat(2 ** 18 + 1), /at most 262144/],
    ['is no text', 3, /not a text/],
    ['reaches for the program', "{{ raise_exception.constructor('return process.exit()')() }}", /Cannot call/],
    [
      'refuses the conversation, with its reason',
      "{{ raise_exception('Roles must alternate') }}",
      /: Roles must alternate\.$/,
    ],
  ];
  for (const [what, template, reason] of cases) {
    test(what, async () => {
      assert.match((await assertRefused(() => render(template), 'model-invalid')).message, reason);
    });
  }

  test('is no longer wanted', async () => {
    const work = renderChat({ named: { default: endless }, tokens: {} }, HELLO, {
      signal: AbortSignal.timeout(50),
    });
    await assertRefused(() => work, 'cancelled');
  });
});
