import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_SAMPLING } from '../../src/core/candidate.ts';
import { EngineClient } from '../../src/run/engine-client.ts';
import { type GrowEvent, type GrowRequest, grow } from '../../src/run/grow.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import type { RunResult } from '../../src/run/run-result.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { RandomModel } from './random-model.ts';
import { exampleProject, scratchFolder } from './scratch.ts';

const engine = new EngineClient();
const judge = new JudgeClient();
const random = new RandomModel();
after(async () => {
  await Promise.all([engine.dispose(), judge.dispose()]);
  random.dispose();
});
const dependencies = { syntax: await Syntax.load(), engine, judge };

/** A small file, so that a model of random weights is done with its prompt soon. */
const tiny = scratchFolder({
  'a.py': 'def half(n):\n    """Half of n."""\n',
  'test_a.py':
    'import unittest\nfrom a import half\n\nclass Half(unittest.TestCase):\n    def test(self):\n        self.assertEqual(half(4), 2)\n',
});

const request: GrowRequest = {
  ...{ workspace: tiny, file: 'a.py', tests: { kind: 'none' }, overlays: [] },
  ...{ candidates: 12, maxTokens: 24, sampling: { ...DEFAULT_SAMPLING, temperature: 2 }, model: random.folder },
  ...{ reproducible: true, allowUnsandboxed: true },
};

async function run(changes: Partial<GrowRequest> = {}): Promise<{ result: RunResult; events: GrowEvent[] }> {
  const events: GrowEvent[] = [];
  const result = await grow({ ...request, ...changes }, dependencies, { onEvent: (event) => events.push(event) });
  return { result, events };
}

/** Every file of a folder with its hash. */
function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]));
}

test('every candidate is grown, judged once and counted in the ranking', async () => {
  const { result, events } = await run({ tests: { kind: 'auto' } });
  const grown = events.flatMap((event) => (event.kind === 'grown' ? [event] : []));
  assert.deepEqual(
    grown.map(({ id }) => id).sort(),
    [...Array(12).keys()].map((n) => `c${String(n).padStart(2, '0')}`),
  );
  assert.equal(
    result.ranking.reduce((sum, { count }) => sum + count, 0),
    12,
  );
  assert.equal(new Set(result.ranking.map(({ text }) => text)).size, result.ranking.length);
  assert.deepEqual(new Set(result.ranking.map(({ text }) => text)), new Set(grown.map(({ text }) => text)));
  assert.equal(events.filter((event) => event.kind === 'judged').length, 12);
  assert.deepEqual(
    result.ranking.map(({ rank }) => rank),
    result.ranking.map((_, index) => index + 1),
  );
  assert.equal(result.run.baseline.failed, 1);
  assert.ok(result.run.prompt.nodes >= 4 && result.run.decoded.tokens > 0);
});

test('the same seed grows the same ranking, another seed another one', async () => {
  const texts = async (seed: number) =>
    (await run({ sampling: { ...request.sampling, seed } })).result.ranking.map(({ text, logprob }) => [text, logprob]);
  const first = await texts(1);
  assert.deepEqual(await texts(1), first);
  assert.notDeepEqual(await texts(2), first);
});

test('a cancelled run rejects within 100 ms, and the next one works', async () => {
  const controller = new AbortController();
  let abortedAt = 0;
  const cancelled = grow({ ...request, maxTokens: 400, candidates: 64 }, dependencies, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.kind !== 'step' || abortedAt > 0) return;
      abortedAt = performance.now();
      controller.abort();
    },
  });
  await assert.rejects(cancelled, { code: 'cancelled' });
  assert.ok(performance.now() - abortedAt < 100);
  assert.ok((await run()).result.ranking.length > 0);
});

const disturbances = [
  { name: 'an engine that dies', signal: 'SIGKILL', code: 'engine-crashed', env: {} },
  {
    name: 'an engine that loses its GPU device',
    signal: 'SIGUSR2',
    code: 'gpu-lost',
    env: { NODE_OPTIONS: `--import=${new URL('lost-device.ts', import.meta.url)}` },
  },
] as const;

/** So many that most of them still grow when the first step is told; a few are all done by then. */
const MANY = { candidates: 64, maxTokens: 200 };

for (const { name, signal, code, env } of disturbances) {
  test(`${name} under way is started again, the run says so and ends as if it had not`, {
    skip: process.platform === 'win32' && signal === 'SIGUSR2' && 'Windows has no such signal',
  }, async () => {
    const { result: undisturbed } = await run(MANY);
    assert.deepEqual(undisturbed.run.restarts, []);
    const engine = new EngineClient({ env });
    const events: GrowEvent[] = [];
    // Known beforehand: a small model has grown everything while one asks.
    await engine.call({ kind: 'probe', selfTest: false });
    const pid = (await engine.pid())!;
    let isDisturbed = false;
    try {
      const disturbed = await grow(
        { ...request, ...MANY },
        { ...dependencies, engine },
        {
          onEvent: (event) => {
            events.push(event);
            if (event.kind !== 'step' || isDisturbed) return;
            isDisturbed = true;
            process.kill(pid, signal);
          },
        },
      );
      const restarts = events.filter((event) => event.kind === 'restarted');
      assert.deepEqual(
        restarts.map(({ process, code }) => ({ process, code })),
        [{ process: 'engine', code }],
      );
      assert.deepEqual(
        disturbed.run.restarts,
        restarts.map(({ kind: _, ...restart }) => restart),
      );
      const grown = events.flatMap((event) => (event.kind === 'grown' ? [event.id] : []));
      assert.equal(new Set(grown).size, grown.length);
      assert.deepEqual(
        disturbed.ranking.map(({ text }) => text),
        undisturbed.ranking.map(({ text }) => text),
      );
    } finally {
      await engine.dispose();
    }
  });
}

test('a prompt that is too long for the model is cut and the run goes on', async () => {
  const filler = Array.from({ length: 300 }, (_, n) => `x${n} = ${n}\n`).join('');
  const workspace = scratchFolder({ 'a.py': `${filler}\n\ndef half(n):\n    """Half of n."""\n` });
  const { events } = await run({ workspace });
  const plan = events.find((event) => event.kind === 'planned')!.plan;
  assert.match(plan.nodes[0]!.pieces.at(-1)!.cut!, /lines before the function/);
});

test('a workspace without tests and a file that vanishes are told apart', async () => {
  const workspace = scratchFolder({ 'a.py': 'def half(n):\n    """Half of n."""\n' });
  await assert.rejects(run({ workspace, tests: { kind: 'auto' } }), { code: 'tests-not-found' });
  await assert.rejects(run({ workspace, file: 'b.py' }), { code: 'file-not-found' });
});

test('tests that the model writes grow in the same run, from the same prompt, and leave the candidates as they are', async () => {
  const [without, { result, events }] = [
    await run({ generatedTests: 0 }),
    await run({ generatedTests: 5, observe: true }),
  ];
  const bodies = ({ ranking }: RunResult) => ranking.map(({ text, logprob }) => [text, logprob]).sort();
  assert.deepEqual(bodies(result), bodies(without.result));
  assert.equal(without.result.run.generatedTests, null);
  const [plan, bare] = [events, without.events].map((list) => list.find((event) => event.kind === 'planned')!.plan);
  const branch = plan!.nodes.at(-1)!;
  assert.deepEqual(plan!.nodes.slice(2, -1), bare!.nodes.slice(2));
  assert.deepEqual([branch.candidates, branch.depth, branch.pieces.map(({ role }) => role)], [5, 2, ['assertion']]);
  // What is above is read once for both.
  assert.equal(plan!.tokens, bare!.tokens + branch.tokens);
  const [prompt, bareAll] = [result.run.prompt, without.result.run.prompt];
  assert.ok(prompt.nodes > bareAll.nodes);
  // Tokens that both begin with are shared too.
  assert.ok(prompt.tokens > bareAll.tokens && prompt.tokens <= bareAll.tokens + branch.tokens);
  assert.equal(events.filter((event) => event.kind === 'wrote').length, 5);
  assert.equal(events.filter((event) => event.kind === 'grown').length, 12);
  const { written, tests, verified } = result.run.generatedTests!;
  assert.deepEqual([written, tests, verified], [5, [], false], 'random weights write no test');
});

test('the model is asked for tests where the project has few, and not where nothing would be run', async () => {
  const asked = async (changes: Partial<GrowRequest>) =>
    (await run({ candidates: 2, maxTokens: 2, ...changes })).result.run.generatedTests?.written ?? 0;
  assert.equal(await asked({ tests: { kind: 'auto' } }), 2, 'one case mentions it');
  assert.equal(await asked({ observe: true }), 2);
  assert.equal(await asked({ generatedTests: 3 }), 0, 'there are no tests, and candidates are not run');
  assert.equal(await asked({ tests: { kind: 'command', command: 'true' } }), 0);
  const stub = 'def half(n):\n    """Half of n."""\n';
  const checks = [1, 2, 3].map((n) => `    assert half(${2 * n}) == ${n}\n`).join('');
  const many = scratchFolder({ 'a.py': stub, 'test_a.py': `from a import half\ndef test():\n${checks}` });
  assert.equal(await asked({ workspace: many, observe: true }), 0);
  const method = scratchFolder({ 'a.py': `class A:\n    ${stub.replace('\n', '\n    ')}` });
  assert.equal(await asked({ workspace: method, observe: true }), 0, 'it can not be called by its name alone');
});

for (const [project, file, symbol] of [
  ['python', 'words.py', 'count_vowels'],
  ['typescript', 'src/numbers.ts', 'runningTotals'],
] as const) {
  test(`the embedded model writes ${symbol} so that its tests pass, whatever tests it writes itself, and no file is touched`, async () => {
    const workspace = exampleProject(project);
    const before = hashes(workspace);
    const { result } = await run({
      ...{ workspace, file, place: { symbol }, tests: { kind: 'auto' }, model: 'sprout' },
      ...{ candidates: 32, maxTokens: 96, sampling: DEFAULT_SAMPLING, generatedTests: 8 },
    });
    const { written, tests, verified, ran } = result.run.generatedTests!;
    assert.deepEqual([written, verified], [8, false]);
    for (const { input, expected, agree } of tests) {
      assert.ok(input.startsWith(`${symbol}(`) && expected !== '' && agree <= ran);
    }
    const [best] = result.ranking;
    assert.equal(best!.report.verdict, 'passed', best!.text);
    assert.ok(best!.diff.startsWith(`--- a/${file}\n+++ b/${file}\n`));
    assert.deepEqual(hashes(workspace), before);
  });
}

test('growth is told in few words: every token of every candidate once and in order, with the text of each', async () => {
  const { events } = await run({ follow: true });
  const growth = events.filter((event) => event.kind === 'growth');
  const steps = events.filter((event) => event.kind === 'step');
  const told = new Map<number, { tokens: number[]; logprob: number }>();
  const words = new Map<number, string>();
  for (const { grown, words: more } of growth) {
    for (const [id, text] of more) {
      assert.ok(!words.has(id), 'a word is told once');
      words.set(id, text);
    }
    for (const { index, from, tokens, logprob } of grown) {
      const before = told.get(index)?.tokens ?? [];
      assert.equal(from, before.length);
      told.set(index, { tokens: [...before, ...tokens], logprob });
    }
  }
  assert.ok(growth.length >= 1 && growth.length <= steps.length);
  for (const event of events) {
    if (event.kind !== 'grown') continue;
    const { index, tokens, logprob, stop } = event.candidate;
    const { tokens: sampled = [], logprob: soFar = 0 } = told.get(index) ?? {};
    assert.deepEqual(sampled, tokens);
    // The end token counts, and is none of the tokens.
    if (stop !== 'end-token') assert.ok(Math.abs(soFar - logprob) < 1e-9);
    for (const token of tokens) assert.ok(words.has(token));
  }
  const unasked = await run();
  assert.ok(unasked.events.every(({ kind }) => kind !== 'growth'));
});
