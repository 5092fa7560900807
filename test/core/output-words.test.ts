import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type NoOutput, noOutput, outputWords } from '../../src/core/output-words.ts';
import type { Translate } from '../../src/core/translate.ts';

const REASONS: NoOutput[] = [
  'endless',
  'not-run',
  'program-ended',
  'wall-clock',
  'memory',
  'processes',
  'disk',
  'output',
];
const loudly: Translate = (text, ...args) => text.toUpperCase().replace('{0}', String(args[0]));

test('that there is no output is said in any language', () => {
  for (const reason of REASONS) {
    const text = noOutput(reason);
    assert.equal(outputWords({ text, clean: false }, loudly), text.toUpperCase());
  }
});

test('what a function gives or raises is shown as it is, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(...REASONS.map((reason) => noOutput(reason)))), (text) => {
      assert.equal(outputWords({ text, clean: true }, loudly), text);
    }),
  );
  assert.equal(outputWords({ text: 'raises KeyError: 1', clean: false }, loudly), 'raises KeyError: 1');
});
