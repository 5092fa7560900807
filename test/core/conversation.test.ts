import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConversation } from '../../src/core/conversation.ts';
import { CoppiceError } from '../../src/core/errors.ts';

test('messages are read as a list, or with tools', () => {
  const messages = [
    { role: 'system', content: 'a' },
    { role: 'user', content: 'b', name: 'c' },
  ];
  assert.deepEqual(parseConversation(` ${JSON.stringify(messages)}\n`), { messages });
  assert.deepEqual(parseConversation(JSON.stringify({ messages, tools: [{}] })), { messages, tools: [{}] });
});

test('anything else is what one user says', () => {
  for (const content of ['Hello', '', '[1, 2] is what?', '{ x }', '"text"', '{"a": 1}']) {
    assert.deepEqual(parseConversation(content), { messages: [{ role: 'user', content }] });
  }
});

test('messages that are not are refused', () => {
  for (const text of [
    '[]',
    '[{]',
    '[{"content": "a"}]',
    '[{"role": 3}]',
    '{"messages": 3}',
    '{"messages": [{"role": "user"}], "tools": 3}',
    '{"tools": []}',
    '[{}, null]',
  ]) {
    assert.throws(
      () => parseConversation(text),
      (error) => error instanceof CoppiceError && error.code === 'usage',
      text,
    );
  }
});
