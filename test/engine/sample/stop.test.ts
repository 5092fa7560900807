import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { StopRules } from '../../../src/core/candidate.ts';
import { StopChecker, type StopVerdict } from '../../../src/engine/sample/stop.ts';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { Syntax } from '../../../src/syntax/syntax.ts';

const tokenizer = (await Tokenizer.open(fileURLToPath(new URL('../../../models/sprout', import.meta.url))))!;
const syntax = await Syntax.load();

/** What the rules say of all tokens at once: the definition that following them must agree with. */
function verdictOf(rules: StopRules, tokens: number[]): StopVerdict {
  const text = tokenizer.decode(tokens);
  const { functionEnd, strings } = rules;
  const ends = strings.map((string) => ({ at: text.indexOf(string), stop: 'stop-string' as const }));
  const at = functionEnd && syntax.bodyEnd(functionEnd.language, functionEnd.header, text);
  const cuts = [...ends, { at: at ?? -1, stop: 'end-of-function' as const }].filter((cut) => cut.at >= 0);
  const first = cuts.sort((a, b) => a.at - b.at)[0];
  if (first) return { text: text.slice(0, first.at), stop: first.stop };
  return tokens.length >= rules.maxTokens ? { text, stop: 'token-limit' } : { text };
}

/** Follows the tokens until a rule ends them, and compares every verdict on the way. */
function followAll(rules: StopRules, tokens: number[]): StopVerdict | undefined {
  const followed = new StopChecker(rules, new Set(), tokenizer, syntax).follow();
  for (const [i, token] of tokens.entries()) {
    const verdict = followed.push(token);
    assert.deepEqual(verdict, verdictOf(rules, tokens.slice(0, i + 1)), JSON.stringify(tokens.slice(0, i + 1)));
    if (verdict.stop) return verdict;
  }
  return undefined;
}

const PYTHON = { language: 'python' as const, header: 'def count(text):\n' };
const SCRIPT = { language: 'typescript' as const, header: 'function count(text: string): number {\n' };
const lines = (wanted: string[]) =>
  fc.array(fc.constantFrom(...wanted), { minLength: 1, maxLength: 12 }).map((all) => all.join(''));
const python = lines([
  ...[
    '    total = 0\n',
    '    for c in text:\n',
    '        total += 1\n',
    '    return total\n',
    '\n',
    '    # naïve — 数 🙂\n',
  ],
  ...[
    '    x = (\n',
    '1,\n',
    '    )\n',
    '    s = """\n',
    'def other():\n',
    'print(1)\n',
    '    return {"a": 1}\n',
    '        \n',
    'x',
  ],
]);
const script = lines([
  ...[
    '  let total = 0;\n',
    '  for (const c of text) {\n',
    '    total++;\n',
    '  }\n',
    '  return total;\n',
    '}\n',
    '}',
    '};\n',
    '\n',
  ],
  ...['  // naïve — 数 🙂\n', 'function other() {\n', '  const f = () => {\n', ' else {\n', '  return text.length;\n'],
]);

test('following a candidate token by token says what all its tokens at once say', () => {
  let ended = 0;
  for (const [functionEnd, texts] of [
    [PYTHON, python],
    [SCRIPT, script],
  ] as const) {
    fc.assert(
      fc.property(texts, fc.constantFrom<string[]>([], ['\n\n'], ['return', '🙂\n']), (text, strings) => {
        const tokens = tokenizer.encode(text, false);
        if (followAll({ maxTokens: 200, strings, functionEnd }, tokens)?.stop) ended++;
      }),
      { numRuns: 150 },
    );
  }
  assert.ok(ended > 20, `${ended} ended`);
});

test('characters whose bytes come in several tokens are whole once the last one is there', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: tokenizer.size - 1 }), { minLength: 1, maxLength: 30 }),
      (tokens) => {
        followAll({ maxTokens: 25, strings: ['\n\n'] }, tokens);
      },
    ),
  );
});

test('a stop string that lies across tokens is found', () => {
  const tokens = tokenizer.encode('one two three\n\n\nfour', false);
  assert.deepEqual(followAll({ maxTokens: 99, strings: ['e\n\n\nf'] }, tokens), {
    text: 'one two thre',
    stop: 'stop-string',
  });
});

test('a candidate that the model ends keeps the function alone', () => {
  const followed = new StopChecker(
    { maxTokens: 99, strings: [], functionEnd: PYTHON },
    new Set(),
    tokenizer,
    syntax,
  ).follow();
  for (const token of tokenizer.encode('    return 1\n', false)) assert.equal(followed.push(token).stop, undefined);
  assert.equal(followed.finish(), '    return 1\n');
});
