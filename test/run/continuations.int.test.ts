import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CoppiceError } from '../../src/core/errors.ts';
import { continuations, makeReady } from '../../src/run/continuations.ts';
import { EngineClient } from '../../src/run/engine-client.ts';
import { resolveModel } from '../../src/run/shelf/shelf.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const engine = new EngineClient();
after(() => engine.dispose());
const syntax = await Syntax.load();
const ready = await makeReady(engine, await resolveModel());
/** The machine of a test may be slow; the budget has tests of its own. */
const patient = { ...ready, budgetMs: 60_000 };

const FILE = `def add(a: int, b: int) -> int:
    """The sum of two numbers."""
    |


def test_add():
    assert add(1, 2) == 3
`;

function at(marked: string) {
  const request = { language: 'python' as const, path: 'adding.py', offset: marked.indexOf('|') };
  return { ...request, text: marked.replace('|', '') };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

test('the body of a simple function is written at its cursor, so that the file parses', async () => {
  const request = at(FILE);
  const { texts, grown } = await continuations(request, { syntax, engine, ready: patient }, { signal: never() });
  assert.equal(grown, 3);
  assert.ok(texts.length > 0);
  for (const text of texts) {
    const file = request.text.slice(0, request.offset) + text + request.text.slice(request.offset);
    assert.ok(syntax.parses('python', file), text);
    assert.doesNotMatch(text, /\n\S/);
  }
});

test('the rest of a line is a line', async () => {
  const request = at(FILE.replace('|', 'return |'));
  const { texts } = await continuations(request, { syntax, engine, ready: patient }, { signal: never() });
  assert.ok(texts.length > 0);
  for (const text of texts) assert.doesNotMatch(text, /\n/);
});

test('the next key is heard within 100 ms, and the engine is free for what comes next', async () => {
  for (const wait of [0, 30, 200]) {
    const abort = new AbortController();
    const asked = continuations(at(FILE), { syntax, engine, ready: patient }, { signal: abort.signal });
    const settled = asked.then(
      () => undefined,
      (error) => CoppiceError.wrap(error).code,
    );
    await delay(wait);
    const start = performance.now();
    abort.abort();
    assert.equal(await settled, 'cancelled');
    assert.ok(performance.now() - start < 100);
  }
  const { grown } = await continuations(at(FILE), { syntax, engine, ready: patient }, { signal: never() });
  assert.equal(grown, 3);
});

test('what is not complete within the budget is not waited for', async () => {
  const start = performance.now();
  const { texts } = await continuations(
    at(`# ${'a long line '.repeat(20)}\n`.repeat(6) + FILE),
    { syntax, engine, ready: { ...ready, budgetMs: 1 } },
    { signal: never() },
  );
  assert.deepEqual(texts, []);
  assert.ok(performance.now() - start < 500);
});

test('a file that is too long, and a line that nobody wrote, do not bother the engine', async () => {
  const calls: string[] = [];
  const spied = { call: (request: { kind: string }) => calls.push(request.kind) } as unknown as EngineClient;
  const parts = { syntax, engine: spied, ready };
  for (const text of ['x = 1\n'.repeat(50_000), 'x'.repeat(1000)]) {
    const request = { language: 'python' as const, path: 'a.py', text, offset: 10 };
    assert.deepEqual((await continuations(request, parts, { signal: never() })).texts, []);
  }
  assert.deepEqual(calls, []);
});
