import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Owed } from '../../../src/engine/sample/owed.ts';
import { ggufTokenizer } from '../../../src/engine/weights/gguf/tokenizer.ts';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { below, onFreshNumbers } from '../random-numbers.ts';
import { pieceMetadata } from '../weights/tokenizer-cases.ts';
import { TEXTS } from '../weights/tokenizer-texts.ts';

const sprout = (await Tokenizer.open(fileURLToPath(new URL('../../../models/sprout', import.meta.url))))!;
const pieces = Tokenizer.of(ggufTokenizer(pieceMetadata())!);
const SPARE = 70;

const bits = (mask: Uint32Array) =>
  [...mask].flatMap((word, w) => [...Array(32).keys()].filter((b) => (word >>> b) & 1).map((b) => w * 32 + b));

/** By comparing texts, one byte a character. */
function thatMayBegin(text: string, tokenizer: Tokenizer): number[] {
  const wanted = Buffer.from(text).toString('latin1');
  return [...Array(tokenizer.size).keys()].filter((id) => {
    const bytes = tokenizer.bytesOf(id).toString('latin1');
    return tokenizer.isText(id) && bytes !== '' && (bytes.startsWith(wanted) || wanted.startsWith(bytes));
  });
}

for (const [name, tokenizer] of Object.entries({ Sprout: sprout, SentencePiece: pieces })) {
  test(`whatever is drawn of what may be writes the end of the prompt again, with the tokens of ${name}`, async () => {
    const vocabulary = tokenizer.size + SPARE;
    await onFreshNumbers((random) => {
      let healed = 0;
      for (let i = 0; i < 400; i++) {
        const whole = TEXTS[below(random, TEXTS.length)]!;
        const ids = tokenizer.encodePrompt(whole.slice(0, below(random, whole.length + 1)));
        const taken = Owed.from(ids, tokenizer, vocabulary);
        if (!taken) continue;
        healed++;
        assert.deepEqual([...taken.ids, ids.at(-1)], ids);
        const { text } = taken.owed;
        assert.equal(text, tokenizer.decode(ids.slice(-1)));
        const drawn: number[] = [];
        for (let owed: Owed | undefined = taken.owed; owed; owed = owed.after(drawn.at(-1)!)) {
          const allowed = bits(owed.allowed);
          // The rest of a character that is written byte by byte is no text of its own.
          if (!owed.text.includes('\ufffd')) assert.deepEqual(allowed, thatMayBegin(owed.text, tokenizer));
          assert.ok(allowed.length > 0);
          drawn.push(allowed[below(random, allowed.length)]!);
        }
        assert.ok(tokenizer.decode(drawn).startsWith(text), JSON.stringify([text, drawn]));
      }
      assert.ok(healed > 100, `${healed} prompts of 400`);
    });
  });
}

test('a token stays that is special, a part of a character, alone in what it writes, or all there is', () => {
  const from = (ids: number[]) => Owed.from(ids, pieces, pieces.size);
  assert.equal(from([]), undefined);
  assert.equal(from(pieces.encode('import')), undefined);
  assert.equal(from([...pieces.encode('import'), 2]), undefined);
  assert.equal(from(pieces.encodePrompt('x 🧪')), undefined);
  assert.equal(from(pieces.encodePrompt('import\u0001')), undefined);
  assert.equal(from(pieces.encodePrompt('import'))!.owed.text, ' import');
});

test('no special token may be drawn, though it begins as the prompt ends', () => {
  const ids = sprout.encode('a <');
  const { owed } = Owed.from(ids, sprout, sprout.size)!;
  const allowed = bits(owed.allowed);
  assert.ok(allowed.length > 1);
  assert.ok(allowed.every((id) => sprout.isText(id)));
});
