import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CoppiceError, type ErrorCode } from '../../src/core/errors.ts';
import type { EngineRequest } from '../../src/core/protocol.ts';
import { BLOCK } from '../../src/engine/cache/blocks.ts';
import type { CacheNode } from '../../src/engine/cache/radix.ts';
import type { DecodeRequest, Decoder } from '../../src/engine/decoder.ts';
import { Engine } from '../../src/engine/engine.ts';
import { TuningStore } from '../../src/engine/fast/store.ts';
import { Gpu } from '../../src/engine/gpu/gpu.ts';
import { StopChecker } from '../../src/engine/sample/stop.ts';
import { leavesOf, type TokenLeaf, type TokenNode } from '../../src/engine/token-tree.ts';
import { readModelFolder } from '../../src/engine/weights/model-source.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { Account, type Holding } from './account.ts';
import { GREEDY, leaf, NEVER, openDecoder, SMALL, scratchFolder } from './decoder-fixture.ts';
import { openFastGpu } from './fast/fast-fixture.ts';
import { openGpu } from './gpu-fixture.ts';
import { type CheckpointShape, writeRandomCheckpoint } from './random-checkpoint.ts';
import { below, randomFrom } from './random-numbers.ts';

const MIB = 2 ** 20;

/** `COPPICE_SOAK_RUNS=200 npm run test:integration -- soak` is done sooner. */
const RUNS = Number(process.env.COPPICE_SOAK_RUNS ?? 1000);
/** Runs until every buffer has grown to what the greatest run needs, and the allocator has what lies between two collections. */
const WARM_UP = Math.max(100, Math.ceil(RUNS / 2));
/** How often is looked at what is held, from then on. */
const PARTS = 5;
/** Models that the engine loads one after the other. */
const LOADS = 20;
/** Candidates of one run, and log-probabilities of each token, at most. */
const MOST = 40;
const MOST_LOGPROBS = 5;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const SEED = Math.floor(Math.random() * 2 ** 32);
/** Small, so that old prompts are evicted throughout. */
const SLOTS = 1024;
/** The smallest that has all the parts, so that a run is mostly what surrounds the arithmetic. */
const SHAPE: CheckpointShape = { ...SMALL, layers: 1, heads: 2, kvHeads: 1, vocabulary: 256 };

/**
 * How much more may be held after the last run than after the warm-up, where the number of buffers is the same: a run may
 * still need one of them to be longer, or a kernel for the first time on some matrix; heap and allocator are never quite
 * still.
 */
const SLACK = { gpuBytes: 2 * MIB, bindGroups: 20, heapBytes: 3 * MIB, residentBytes: 64 * MIB };
/** The fast tier keeps some passes prepared, which are not of the same size. */
const FAST_SLACK = { ...SLACK, bindGroups: 200 };

const scratch = scratchFolder();
const folders = ['one', 'two'].map((name, i) => {
  const folder = join(scratch, name);
  writeRandomCheckpoint(folder, SHAPE, randomFrom(SEED + i), { tokenizer: true });
  return folder;
});
const { tokenizer } = await readModelFolder(folders[0]!);
const syntax = await Syntax.load();

for (const tier of ['portable', 'fast'] as const) {
  test(`${RUNS} runs of mixed trees on the ${tier} tier leave nothing behind`, async (t) => {
    const random = randomFrom(SEED);
    const { gpu, skip } = await openFastGpu();
    const reason =
      skip || (gpu.info.software && 'software adapters take the portable tier, and this would take minutes');
    if (tier === 'fast' && reason) return t.skip(reason);
    const account = new Account(gpu);
    await using model = await openDecoder(gpu, random, SHAPE, SLOTS, tier);
    // A prompt that many runs begin with, so that nodes are found, split and evicted.
    const common = tokens(random, 100);
    const ends = new Set<string>();
    const run = async () => {
      for (const end of await endsOf(randomRequest(random, common), model.decoder, random)) ends.add(end);
      checkStore(model.cache.root, model.cache.usedBlocks);
    };

    const greatest = { ...randomRequest(random, common), leaves: [leaf([common], MOST)], logprobs: MOST_LOGPROBS };
    await model.decoder.decode(greatest, NEVER);

    const held: Holding[] = [];
    for (let i = 0; i < WARM_UP; i++) await run();
    held.push(await account.holding());
    for (let part = 1; part <= PARTS; part++) {
      for (let i = 0; i < (RUNS - WARM_UP) / PARTS; i++) await run();
      held.push(await account.holding());
    }

    t.diagnostic(`seed ${SEED}; candidates and runs ended by ${[...ends].sort().join(', ')}`);
    checkFlat(held, (text) => t.diagnostic(text), tier === 'fast' ? FAST_SLACK : SLACK);
    const wanted = ['cancelled', 'end-token', 'stop-string', 'token-limit'];
    assert.deepEqual([...ends].filter((end) => end !== 'gpu-out-of-memory').sort(), wanted);
    model.cache.clear();
    assert.equal(model.cache.usedBlocks, 0);
    assert.equal(model.cache.root.children.size, 0);
  });
}

test('an engine that changes its model and tests itself again and again leaves nothing behind', async (t) => {
  const random = randomFrom(SEED);
  const gpu = await openGpu();
  const account = new Account(gpu);
  t.mock.method(Gpu, 'open', async () => gpu);
  // A proven adapter would be closed and opened again.
  t.mock.method(TuningStore.prototype, 'isProven', async () => false);
  const engine = new Engine();
  const handle = (request: EngineRequest, signal = NEVER) => engine.handle(request, { signal, emit: () => {} });
  const held: Holding[] = [];
  for (let round = 0; round < LOADS; round++) {
    const model = folders[round % 2]!;
    const controller = new AbortController();
    const request = growRequest(model, random);
    await Promise.all([
      handle(request),
      assert.rejects(
        engine.handle(request, {
          signal: controller.signal,
          emit: ({ kind }) => kind === 'step' && controller.abort(),
        }),
        isError('cancelled'),
      ),
    ]);
    if (round % 5 === 0) await handle({ kind: 'probe', selfTest: true });
    if (round % 5 === 4) held.push(await account.holding());
  }
  checkFlat(held.slice(1), (text) => t.diagnostic(text));
});

/** How the candidates of a run ended, or the run itself, which is sometimes cancelled. */
async function endsOf(request: DecodeRequest, decoder: Decoder, random: () => number): Promise<string[]> {
  const controller = new AbortController();
  let left = random() < 0.2 ? below(random, 6) : Number.POSITIVE_INFINITY;
  const countdown = () => {
    if (left-- === 0) controller.abort();
  };
  try {
    const events = { onPrefill: countdown, onStep: countdown };
    return (await decoder.decode(request, controller.signal, events)).candidates.map(({ stop }) => stop);
  } catch (error) {
    return [CoppiceError.wrap(error).code];
  }
}

/** What is held after each part of the runs is what was held after the first. */
function checkFlat(held: Holding[], note: (text: string) => void, slack = SLACK): void {
  for (const { gpuBytes, buffers, bindGroups, heapBytes, residentBytes } of held) {
    note(
      `${gpuBytes} bytes in ${buffers} buffers, ${bindGroups} bind groups, ` +
        `heap ${(heapBytes / MIB).toFixed(1)} MiB, resident ${(residentBytes / MIB).toFixed(0)} MiB`,
    );
  }
  const [first, last] = [held[0]!, held.at(-1)!];
  assert.equal(last.buffers, first.buffers);
  for (const [kind, more] of Object.entries(slack) as [keyof typeof SLACK, number][]) {
    assert.ok(last[kind] <= first[kind] + more, `${kind} ${last[kind]}, ${first[kind]} at first`);
  }
}

const isError = (code: ErrorCode) => (error: unknown) => error instanceof CoppiceError && error.code === code;

/** No run holds anything, and the blocks in use are those of the cached spans. */
function checkStore(root: CacheNode, usedBlocks: number): void {
  const blocks = new Set<number>();
  const visit = (node: CacheNode) => {
    for (const slot of node.slots) blocks.add(Math.floor(slot / BLOCK));
    for (const child of node.children.values()) {
      assert.equal(child.holders, 0);
      assert.equal(child.isBranch, false);
      visit(child);
    }
  };
  visit(root);
  assert.equal(usedBlocks, blocks.size);
}

/** Up to three levels, 1 to `MOST` candidates, all or some of `common` at the start or nothing of it. */
function randomRequest(random: () => number, common: number[]): DecodeRequest {
  const node = (depth: number): TokenNode => ({
    tokens:
      depth === 0
        ? [...common.slice(0, below(random, common.length)), ...tokens(random, 1 + below(random, 40))]
        : tokens(random, [0, 1, 5, 20][below(random, 4)]!),
    children: random() < depth / 3 ? [] : Array.from({ length: 1 + below(random, 2) }, () => node(depth + 1)),
    candidates: 1 + below(random, random() < 0.05 ? MOST : 3),
  });
  const maxTokens = 1 + below(random, 3);
  const endTokens = random() < 0.5 ? tokens(random, 8) : [];
  const strings = random() < 0.3 ? LETTERS : [];
  return {
    leaves: upTo(MOST, leavesOf(node(0))),
    sampling: { ...GREEDY, temperature: random() < 0.2 ? 0 : 1, topP: 0.95, seed: below(random, 2 ** 32) },
    maxTokens,
    stop: new StopChecker({ maxTokens, strings }, new Set(endTokens), tokenizer, syntax),
    logprobs: random() < 0.1 ? 1 + below(random, MOST_LOGPROBS) : 0,
    reproducible: random() < 0.5,
  };
}

/** The first leaves that have no more candidates together. */
function upTo(most: number, leaves: TokenLeaf[]): TokenLeaf[] {
  let left = most;
  return leaves.flatMap((leaf) => {
    const candidates = Math.min(leaf.candidates, left);
    left -= candidates;
    return candidates > 0 ? [{ ...leaf, candidates }] : [];
  });
}

function growRequest(model: string, random: () => number): Extract<EngineRequest, { kind: 'grow' }> {
  const piece = (role: 'system' | 'prefix' | 'strategy', text: string) => ({ role, text });
  const children = Array.from({ length: 1 + below(random, 3) }, (_, i) => ({
    ...{ pieces: [piece('strategy', `    # way ${i}\n`)], candidates: 1 + below(random, 4), children: [] },
  }));
  return {
    ...{ kind: 'grow', model, reproducible: true },
    tree: { pieces: [piece('system', 'Some words. '), piece('prefix', 'def f():\n')], candidates: 0, children },
    sampling: { ...GREEDY, temperature: 1, seed: below(random, 2 ** 32) },
    stop: { maxTokens: 3, strings: ['e'] },
  };
}

function tokens(random: () => number, count: number): number[] {
  return Array.from({ length: count }, () => below(random, SHAPE.vocabulary));
}
