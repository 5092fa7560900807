import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CoppiceError } from '../../src/core/errors.ts';
import { inWords, type Said, said } from '../../src/core/said.ts';
import type { Translate } from '../../src/core/translate.ts';

const value = fc.oneof(fc.string(), fc.nat(), fc.constantFrom('{0}', '{1}', '$&'));

/** Each text backwards: its holes stay as they are, and come in another order. */
const backwards: Translate = (text, ...args) =>
  text
    .split(/(\{\d+\})/)
    .reverse()
    .map((part) => (/^\{\d+\}$/.test(part) ? String(args[Number(part.slice(1, -1))]) : [...part].reverse().join('')))
    .join('');

test('a text in English is what a template string would be, whatever fills it in', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.equal(inWords(said`There is ${a} in ${b}.`), `There is ${a} in ${b}.`);
      assert.equal(inWords(said`${a}${said`of ${b}`}`), `${a}of ${b}`);
    }),
  );
});

test('a text is said in another language with the texts in it, and with what else fills it in as it was', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.equal(inWords(said`ab ${a} cd ${said`ef ${b}`}`, backwards), `${b} fe dc ${a} ba`);
    }),
  );
  assert.equal(inWords('as it is', backwards), 'as it is');
});

test('what is reached in another way in the editor is named for who reads it, and as all else in their language', () => {
  const way = { cli: '--ab', editor: said`ab ${1}` };
  const text = said`cd ${said`ef ${way}`}`;
  assert.equal(inWords(text), 'cd ef --ab');
  assert.equal(inWords(text, undefined, 'editor'), 'cd ef ab 1');
  assert.equal(inWords(text, backwards, 'editor'), '1 ba fe dc');
});

test('an error says the same to everybody, and crosses to another process with what it was made from', () => {
  fc.assert(
    fc.property(value, value, (name, step) => {
      const message = said`There is no ${name}.`;
      const error = new CoppiceError('usage', message, said`Do ${step}.`, new Error('why'));
      const plain = { code: 'usage', message: `There is no ${name}.`, remedy: `Do ${step}.`, cause: 'why' };
      assert.deepEqual(JSON.parse(JSON.stringify(error)), plain);

      const arrived = CoppiceError.from(structuredClone(error.toData()));
      assert.deepEqual(arrived.toJSON(), plain);
      assert.equal(arrived.message, plain.message);
      const expected: { message: Said; remedy: Said } = { message, remedy: said`Do ${step}.` };
      assert.deepEqual(arrived.said, expected);
      assert.equal(inWords(arrived.said.message!, backwards), `.${name}${[...'There is no '].reverse().join('')}`);
    }),
  );
  assert.deepEqual(CoppiceError.from(new CoppiceError('usage', 'No.', 'Yes.').toData()).said, {});
});
