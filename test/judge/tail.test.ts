import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Tail } from '../../src/judge/process/tail.ts';

test('the end of a stream is kept, however it is cut and however little may be kept', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c') }));
  fc.assert(
    fc.property(pieces, fc.nat({ max: 8 }), (texts, limit) => {
      const tail = new Tail(limit);
      for (const text of texts) tail.push(Buffer.from(text));
      const whole = texts.join('');
      assert.equal(tail.text(), limit === 0 ? '' : whole.slice(-limit));
      assert.equal(tail.seen, whole.length);
    }),
  );
});
