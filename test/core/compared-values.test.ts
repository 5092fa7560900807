import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { comparedValues } from '../../src/core/compared-values.ts';

function messageOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error('It passed.');
}

function unittestMessage(assertion: string): string {
  const program = `import traceback, unittest
try:
    unittest.TestCase().${assertion}
except AssertionError as error:
    print(''.join(traceback.format_exception_only(type(error), error)).strip())`;
  return execFileSync('python3', ['-c', program], { encoding: 'utf8' });
}

test('node:assert names both sides of numbers, texts and objects', () => {
  assert.deepEqual(comparedValues(messageOf(() => assert.equal(3, 4))), { actual: '3', expected: '4', isSure: true });
  assert.deepEqual(comparedValues(messageOf(() => assert.equal('A.', 'A'))), {
    actual: "'A.'",
    expected: "'A'",
    isSure: true,
  });
  const objects = comparedValues(messageOf(() => assert.deepEqual({ a: [1, 2], b: 1 }, { a: [1, 3], b: 1 })));
  assert.match(objects?.actual ?? '', /1,\s+2\s/);
  assert.match(objects?.expected ?? '', /1,\s+3\s/);
  assert.match(objects?.expected ?? '', /b: 1/);
});

test('unittest writes two sides, and does not say which is which', () => {
  assert.deepEqual(comparedValues(unittestMessage("assertEqual('A.', 'A')")), {
    actual: "'A.'",
    expected: "'A'",
    isSure: false,
  });
  const lists = comparedValues(unittestMessage('assertEqual([1, 2], [1, 3])'));
  assert.deepEqual(lists, { actual: '[1, 2]', expected: '[1, 3]', isSure: false });
  assert.equal(comparedValues(unittestMessage(`assertEqual('a' * 400 + 'b', 'a' * 400)`)), undefined, 'cut off');
});

test('pytest says which side is a call', () => {
  assert.deepEqual(comparedValues('assert 2 == 3\n +  where 2 = f(1)'), { actual: '2', expected: '3', isSure: true });
  assert.deepEqual(comparedValues('assert 3 == 2\n +  where 2 = f(1)'), { actual: '2', expected: '3', isSure: true });
  assert.deepEqual(comparedValues('assert 2 == 3'), { actual: '2', expected: '3', isSure: false });
});

test('jest, vitest, chai and doctest name both sides', () => {
  const three = { actual: '3', expected: '4', isSure: true };
  assert.deepEqual(
    comparedValues('expect(received).toBe(expected) // Object.is equality\n\nExpected: 4\nReceived: 3'),
    three,
  );
  assert.deepEqual(comparedValues('AssertionError: expected 3 to be 4 // Object.is equality'), three);
  assert.deepEqual(comparedValues('expected 3 to equal 4'), three);
  assert.deepEqual(comparedValues('f(1)\nexpected 4\ngot 3'), three);
  const jest =
    'expect(received).toEqual(expected) // deep equality\n\n- Expected  - 1\n+ Received  + 1\n\n  Array [\n    1,\n-   4,\n+   3,\n  ]';
  assert.deepEqual(comparedValues(jest), {
    actual: 'Array [\n  1,\n  3,\n]',
    expected: 'Array [\n  1,\n  4,\n]',
    isSure: true,
  });
});

test('other messages compare nothing', () => {
  const others = [
    '',
    'TypeError: f is not a function',
    'expected 3 to be a string',
    'AssertionError: False is not true',
  ];
  for (const message of others) assert.equal(comparedValues(message), undefined, message);
  const long = `assert ${'a'.repeat(30_000)} == b`;
  assert.equal(comparedValues(long), undefined);
});
