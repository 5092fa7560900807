import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readScript } from '../../src/judge/tests/script.ts';

const MARK = 'e7a1';
const read = (output: string) =>
  readScript({ exitCode: 0, durationMs: 1, output, records: `mark ${MARK}\n` }).programs.map(({ told, text }) => ({
    told,
    text,
  }));
const programOf = (text: string) => `\n${MARK} begin gradle\n${text}\n${MARK} end 0\n`;
const record = (text: string) => `${MARK} ${text} ${MARK}`;

test('what a program tells is found where another stream of it comes between', () => {
  const lines = [
    `printed\n\n${record('{"a":1}')}\n`,
    `WARNING: reflective access${record('{"b":2}')}\n\n`,
    `${record('{"c":3}')}${record('{"d":4}')}WARNING: more\n`,
  ];
  assert.deepEqual(read(programOf(lines.join(''))), [
    {
      told: ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}'],
      text: 'printed\n\nWARNING: reflective access\nWARNING: more\n',
    },
  ]);
});

test('who does not know the mark tells nothing', () => {
  assert.deepEqual(read(programOf('e7a2 {"a":1} e7a2')), [{ told: [], text: 'e7a2 {"a":1} e7a2' }]);
  assert.deepEqual(
    readScript({ exitCode: 0, durationMs: 1, output: programOf(record('{}')), records: '' }).programs,
    [],
  );
});
