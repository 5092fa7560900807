/**
 * `npm run -s bench -- shapes [options]`: steady decode and prefill at the shapes of Qwen2.5-Coder with random weights, in the
 * fast tier or in the portable one, on this GPU. Every row is N candidates below one prefix of P tokens, or a prefill of P tokens:
 *
 *   tree          the prefix is read once for all candidates
 *   reproducible  the same, with cuts and orders of sums that do not depend on what grows beside a candidate
 *   copies        sharing switched off: every candidate reads a copy of the prefix of its own
 *   none          attention left out, the ceiling
 *   levels        two levels: below the P shared tokens 8 problems of P / 6 tokens, N candidates in all, an eighth on each
 *   flat          the same with one level: every candidate has a copy of its problem
 *   prefill       P tokens of prompt (N is left aside)
 *
 * With `--without matrices`, and subgroups and f16, the fast tier runs as it does on GPU adapters that have not got these; with
 * `--tier portable` the other tier is timed, which has one step a submission: what such adapters had before.
 *
 * Before anything is timed, logits are compared with the portable tier's on the same weights, and on Sprout, and so are steps of
 * as many candidates as are timed, in the ways that were tuned.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { tierText } from '../src/core/adapter-name.ts';
import { CoppiceError } from '../src/core/errors.ts';
import { type Tier, WEIGHT_TYPES } from '../src/core/protocol.ts';
import { type CacheNode, RadixCache } from '../src/engine/cache/radix.ts';
import { type Folds, foldsLine, LEAST_ROWS, USUAL_FOLDS } from '../src/engine/fast/folds.ts';
import { bucket } from '../src/engine/fast/plan.ts';
import { TuningStore } from '../src/engine/fast/store.ts';
import { FastTransformer } from '../src/engine/fast/transformer.ts';
import { tuningLines } from '../src/engine/fast/tune.ts';
import type { Measured } from '../src/engine/fast/tuning.ts';
import { EXTRAS, type Extra, Gpu } from '../src/engine/gpu/gpu.ts';
import type { ForwardPass, Stepper } from '../src/engine/model/forward-pass.ts';
import { compareSteps, compareTiers, compareTiersOnSprout } from './compare-tiers.ts';
import { copyNode } from './copies.ts';
import { type Figure, figure, machineFacts, versions } from './harness.ts';
import { HostStepper } from './host-stepper.ts';
import { randomModel, SHAPE_NAMES, type ShapeName } from './random-model.ts';

const MODES = ['tree', 'reproducible', 'copies', 'none', 'levels', 'flat', 'prefill'] as const;
type Mode = (typeof MODES)[number];
/** The others copy KV, or leave attention out. */
const PORTABLE_MODES: Mode[] = ['tree', 'reproducible', 'prefill'];

interface Wanted {
  mode: Mode;
  N: number;
  P: number;
}

interface Row {
  of: Wanted;
  figures: Record<string, Figure & { min: number; max: number }>;
}

const DEFAULT_ROWS =
  'tree:1:1024,tree:32:4096,tree:256:1024,tree:256:4096,tree:256:16384,tree:1024:4096,prefill:1:4096,none:256:1,copies:256:1024,reproducible:256:1024';
/** Tokens that each candidate has of its own when a step is timed, at least: the peers have exactly so many. */
const OWN = 64;
/** After so many more each candidate is cut back to OWN, so that all samples are of like steps. */
const OWN_MORE = 64;
/** Hydragen's competitive-programming setting: 8 problems of 400 tokens below 2400 shared ones. */
const PROBLEMS = 8;
const problemTokens = (P: number) => Math.max(1, Math.round(P / 6));
const SAMPLES = 16;
const WINDOW_MS = 60;
const WARM_MS = 300;
/** No further sample of a row is begun after so long. */
const MOST_MS = 6000;
/** Steps of one submission at most. */
const MOST_STEPS = 16;
const SAMPLING = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };

const OPTIONS = {
  shape: { type: 'string', default: '1.5b' },
  weights: { type: 'string', default: 'f16' },
  tier: { type: 'string', default: 'fast' },
  without: { type: 'string', default: '' },
  rows: { type: 'string', default: DEFAULT_ROWS },
  limit: { type: 'string', default: '300' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
  'no-check': { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const USAGE = `npm run -s bench -- shapes [options]: steady decode and prefill at the shapes of Qwen2.5-Coder, random weights
  --shape NAME    ${SHAPE_NAMES.join(', ')}; default 1.5b
  --weights TYPE  ${WEIGHT_TYPES.join(', ')}; default f16
  --tier NAME     fast or portable; default fast
  --without LIST  leaves ${EXTRAS.join(', ')} of the GPU adapter alone
  --rows LIST     MODE:N:P,...; the modes are ${MODES.join(', ')}
  --limit S       after so many seconds no further row is begun; default 300
  --out FILE      writes every sample there
  --profile       GPU time of each kernel in a step, too
  --no-check      leaves out the comparison with the portable tier
  --json          one JSON object on standard output`;

function optionsOf() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    console.error(`coppice: ${(error as Error).message}\n  ${USAGE}`);
    process.exit(2);
  }
}

const values = optionsOf();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const started = performance.now();
const isOver = () => performance.now() - started > Number(values.limit) * 1000;
const note = (text: string) => console.error(`shapes: ${text}`);

function wantedRows(text: string): Wanted[] {
  return text.split(',').map((item) => {
    const [mode, N, P] = item.split(':');
    const row = { mode: mode as Mode, N: Number(N), P: Number(P) };
    if (!MODES.includes(row.mode) || !(row.N >= 1) || !(row.P >= 1)) {
      throw new CoppiceError('usage', `"${item}" is no row.`, `Rows are MODE:N:P; the modes are ${MODES.join(', ')}.`);
    }
    return row;
  });
}

function withExtremes(samples: number[]) {
  return { ...figure(samples), min: Math.min(...samples), max: Math.max(...samples) };
}

/** N candidates in the state that is timed: OWN tokens each below their prefix. */
class Stand {
  readonly branches: CacheNode[];
  readonly #stepper: Stepper;
  readonly #reproducible: boolean;
  #index = 0;
  jsMs = 0;
  steps = 0;

  constructor(stepper: Stepper, branches: CacheNode[], reproducible: boolean) {
    this.#stepper = stepper;
    this.branches = branches;
    this.#reproducible = reproducible;
  }

  get index(): number {
    return this.#index;
  }

  async submit(cache: RadixCache, steps: number) {
    if (this.#index >= OWN + OWN_MORE) this.#index = OWN;
    for (const branch of this.branches) cache.reserve(branch, this.#index + steps + 1);
    const start = performance.now();
    const { drawn } = await this.#stepper.submit({
      rows: this.branches.map((branch, i) => {
        const token = this.#index === 0 ? { id: i } : { row: i };
        return { branch, index: this.#index, candidate: i, token };
      }),
      ...{ steps, sampling: SAMPLING, endTokens: [], reproducible: this.#reproducible },
    });
    this.jsMs += performance.now() - start;
    this.steps += steps;
    this.#index += steps;
    return { drawn, steps };
  }
}

async function main(): Promise<void> {
  const rows = wantedRows(values.rows);
  const shape = values.shape as ShapeName;
  if (!SHAPE_NAMES.includes(shape))
    throw new CoppiceError('usage', `There is no shape ${shape}.`, `Name one of ${SHAPE_NAMES.join(', ')}.`);
  const weights = WEIGHT_TYPES.find((type) => type === values.weights);
  if (!weights)
    throw new CoppiceError(
      'usage',
      `There are no ${values.weights} weights.`,
      `Name one of ${WEIGHT_TYPES.join(', ')}.`,
    );
  const { tier, extras } = kernelsOf(rows);
  let gpu = await Gpu.open(extras);
  note(`${gpu.info.description} ${gpu.info.device}, ${tierText({ tier, arithmetic: gpu.arithmetic })}`);
  const checks =
    values['no-check'] || tier === 'portable'
      ? []
      : [await compareTiersOnSprout(gpu, weights), await compareTiers(gpu, shape, weights)];
  for (const check of checks)
    note(
      `${check.against}: logits off by ${check.error.toExponential(1)}, same first token ${(100 * check.sameFirst).toFixed(1)} %`,
    );

  // What was checked runs as the engine runs it once the self-test has passed.
  gpu.dispose();
  gpu = await Gpu.open({ trusted: true, ...extras });
  const room = (mode: Mode, N: number, P: number) => {
    const copies = {
      copies: N * (P + 16),
      levels: PROBLEMS * (problemTokens(P) + 16),
      flat: (N + PROBLEMS) * (problemTokens(P) + 16),
    };
    return P + 32 + (copies[mode as keyof typeof copies] ?? 0) + N * (OWN + OWN_MORE + MOST_STEPS + 32);
  };
  const slots = Math.max(...rows.map(({ mode, N, P }) => room(mode, N, P)));
  const model = await randomModel(gpu, shape, tier, slots, weights);
  const { stepChecks, ways } =
    model instanceof FastTransformer ? await prepared(gpu, shape, model, rows) : NOT_PREPARED;

  const cache = new RadixCache(slots);
  const measured: Row[] = [];
  const leftOut: Wanted[] = [];
  for (const row of rows) {
    if (isOver()) {
      leftOut.push(row);
      continue;
    }
    try {
      const figures =
        row.mode === 'prefill' ? await prefill(gpu, model, cache, row.P) : await decode(gpu, model, cache, row);
      measured.push({ of: row, figures });
      const [name, { min, median, max }] = Object.entries(figures)[0]!;
      note(
        `${row.mode} N ${row.N} P ${row.P}: ${name} ${min.toFixed(3)} / ${median} / ${max.toFixed(3)}, ${figures.tokensPerSecond!.median} tok/s`,
      );
    } catch (error) {
      const { code, message } = CoppiceError.wrap(error);
      note(`${row.mode} N ${row.N} P ${row.P}: ${code}: ${message}`);
      leftOut.push(row);
      if (gpu.failed) break;
    }
  }
  const result = {
    ...{
      bench: 'shapes',
      shape,
      tier,
      arithmetic: tier === 'fast' ? gpu.arithmetic : 'f32',
      machine: machineFacts(),
      versions: versions(),
      gpuAdapter: gpu.info,
    },
    checks: [...checks, ...stepChecks],
    ...{ settings: { own: OWN, sampling: SAMPLING, weights: `${weights}, random` }, rows: measured, leftOut },
    ...{ ways, seconds: Math.round((performance.now() - started) / 1000) },
  };
  if (values.out) writeFileSync(values.out, JSON.stringify(result));
  console.log(values.json ? JSON.stringify(result) : table(measured));
  gpu.dispose();
}

function kernelsOf(rows: Wanted[]): { tier: Tier; extras: { without?: Extra[] } } {
  const tier = (['fast', 'portable'] as const).find((name) => name === values.tier);
  const without = values.without.split(',').filter((name) => name !== '');
  const unknown = without.find((name) => !EXTRAS.some((extra) => extra === name));
  if (!tier || unknown !== undefined)
    throw new CoppiceError('usage', `There is no ${unknown ?? values.tier}.`, 'See --help.');
  const fastOnly = rows.find(({ mode }) => !PORTABLE_MODES.includes(mode));
  if (tier === 'portable' && fastOnly)
    throw new CoppiceError('usage', `The portable tier has no ${fastOnly.mode}.`, 'Leave it out of --rows.');
  return { tier, extras: without.length > 0 ? { without: without as Extra[] } : {} };
}

const NOT_PREPARED = { stepChecks: [], ways: [] };

/** Tunes the products, and compares steps of as many candidates as are timed in the ways that were taken. */
async function prepared(gpu: Gpu, shape: ShapeName, model: FastTransformer, rows: Wanted[]) {
  const store = new TuningStore(gpu);
  const known = (await store.read()).measured;
  model.learn(known);
  const decoded = rows.filter(({ mode }) => mode !== 'prefill').map(({ N }) => N);
  // A software adapter would take hours, for figures that mean nothing.
  const tuned: Measured = gpu.info.software
    ? new Map()
    : await model.tune(decoded, { isKnown: (key) => known.has(key) });
  await store.add(tuned);
  const folds = await foldsOf(model, store, gpu.info.software ? 0 : Math.max(...decoded));
  note(`tuned ${tuned.size} products after ${Math.round((performance.now() - started) / 1000)} s`);
  // The portable tier has no integer weights to compare with.
  const compared = values['no-check'] || values.weights !== 'f16' ? [] : [...new Set(decoded)];
  const stepChecks = compared.length > 0 ? await compareSteps(gpu, shape, model, compared) : [];
  for (const { against, logprobError } of stepChecks)
    note(`${against}: log-probabilities off by ${logprobError.toExponential(1)}`);
  return { stepChecks, ways: [...tuningLines(new Map([...known, ...tuned])), foldsLine(folds)] };
}

/** Which nodes are shared: what is known, or what so many candidates tell. */
async function foldsOf(model: FastTransformer, store: TuningStore, candidates: number): Promise<Folds> {
  const known = await store.folds(model.config);
  if (known) model.learnFolds(known);
  if (known || candidates < LEAST_ROWS) return known ?? USUAL_FOLDS;
  const folds = await model.measureFolds(candidates);
  await store.addFolds(model.config, folds);
  return folds;
}

async function prefill(gpu: Gpu, model: ForwardPass, cache: RadixCache, P: number): Promise<Row['figures']> {
  const ms: number[] = [];
  for (let sample = 0; sample < 8; sample++) {
    cache.clear();
    const node = cache.acquire(cache.root, randomTokens(model, P));
    const start = performance.now();
    await readNode(model, node);
    await gpu.settle();
    if (sample > 1) ms.push(performance.now() - start);
    cache.release(node);
  }
  return { prefillMs: withExtremes(ms), tokensPerSecond: withExtremes(ms.map((each) => (1000 * P) / each)) };
}

async function decode(
  gpu: Gpu,
  model: ForwardPass,
  cache: RadixCache,
  { mode, N, P }: Wanted,
): Promise<Row['figures']> {
  cache.clear();
  const prefix = cache.acquire(cache.root, randomTokens(model, P));
  await readNode(model, prefix);
  const { parents, held } = await plant(model, cache, prefix, mode, N);
  const branches = parents.map((parent) => {
    const branch = cache.branch(parent);
    cache.append(branch, 1);
    return branch;
  });
  const stepper = model.stepper ?? (await HostStepper.create(gpu, model, cache));
  if (model instanceof FastTransformer) model.leavesOutAttention = mode === 'none';
  try {
    const stand = new Stand(stepper, branches, mode === 'reproducible');
    // The candidates' own tokens; also what warms the card up.
    while (stand.index < OWN) await (await stand.submit(cache, Math.min(8, OWN - stand.index))).drawn;
    stand.jsMs = 0;
    stand.steps = 0;
    const samples: number[] = [];
    const queue = [await stand.submit(cache, stepper.stepsFor(N)), await stand.submit(cache, stepper.stepsFor(N))];
    await queue.shift()!.drawn;
    let window = { start: performance.now(), steps: 0 };
    const warm = performance.now() + WARM_MS;
    const until = performance.now() + MOST_MS;
    while (samples.length < SAMPLES && performance.now() < until) {
      queue.push(await stand.submit(cache, stepper.stepsFor(N)));
      const { drawn, steps } = queue.shift()!;
      await drawn;
      window.steps += steps;
      const now = performance.now();
      // Two submissions may be read at once: a sample is as long as several.
      if (now - window.start < WINDOW_MS) continue;
      // The first ones still find the right length of a submission.
      if (now > warm) samples.push((now - window.start) / window.steps);
      window = { start: now, steps: 0 };
    }
    for (const { drawn } of queue) await drawn;
    if (values.profile && model instanceof FastTransformer)
      await profile(gpu, model, branches, mode === 'reproducible');
    return {
      stepMs: withExtremes(samples),
      tokensPerSecond: withExtremes(samples.map((ms) => (1000 * N) / ms)),
      hostMsPerStep: withExtremes([stand.jsMs / stand.steps]),
    };
  } finally {
    if (model instanceof FastTransformer) model.leavesOutAttention = false;
    if (stepper instanceof HostStepper) stepper.dispose();
    for (const branch of branches) cache.dropBranch(branch);
    for (const node of [...held, prefix]) cache.release(node);
  }
}

/** The node below which each candidate grows, neighbours below the same one side by side, and what is held for it. */
async function plant(model: ForwardPass, cache: RadixCache, prefix: CacheNode, mode: Mode, N: number) {
  if (mode === 'tree' || mode === 'reproducible' || !(model instanceof FastTransformer))
    return { parents: Array<CacheNode>(N).fill(prefix), held: [] };
  if (mode === 'copies') {
    const copies = await copyNode(model, cache, cache.root, prefix, N);
    return { parents: copies, held: copies };
  }
  if (mode === 'none') return { parents: Array<CacheNode>(N).fill(prefix), held: [] };
  const parents: CacheNode[] = [];
  const held: CacheNode[] = [];
  for (let p = 0; p < PROBLEMS; p++) {
    const problem = cache.acquire(prefix, randomTokens(model, problemTokens(prefix.tokens.length)));
    await readNode(model, problem);
    held.push(problem);
    const mine = Math.floor(((p + 1) * N) / PROBLEMS) - Math.floor((p * N) / PROBLEMS);
    const own =
      mode === 'flat' ? await copyNode(model, cache, prefix, problem, mine) : Array<CacheNode>(mine).fill(problem);
    parents.push(...own);
    if (mode === 'flat') held.push(...own);
  }
  return { parents, held };
}

async function readNode(model: ForwardPass, node: CacheNode): Promise<void> {
  const P = node.tokens.length;
  for (let at = 0; at < P; at += model.chunk) {
    const rows = Array.from({ length: Math.min(model.chunk, P - at) }, (_, i) => at + i);
    await model.forward(
      rows.map((i) => ({ token: node.tokens[i]!, position: node.start + i, slot: node.slots[i]!, node })),
      [],
      undefined,
      false,
    );
  }
}

function randomTokens(model: ForwardPass, count: number): number[] {
  return Array.from({ length: count }, () => Math.floor(Math.random() * model.config.vocabulary));
}

/** GPU time of one step by kernel, each dispatch in a pass of its own, which adds some microseconds to each. */
async function profile(gpu: Gpu, model: FastTransformer, branches: CacheNode[], reproducible: boolean): Promise<void> {
  const T = bucket(branches.length);
  const rows = branches.map((node) => ({ node, index: OWN, token: { id: 1 } }));
  const plan = model.plan(rows, { rows: T, steps: 1, wanted: [], reproducible });
  const dispatches = await model.prepare(plan, T, { kind: 'all' }, reproducible);
  const count = 2 * dispatches.length;
  const querySet = gpu.device.createQuerySet({ type: 'timestamp', count });
  const { QUERY_RESOLVE, COPY_SRC } = GPUBufferUsage;
  const resolved = gpu.device.createBuffer({ size: count * 8, usage: QUERY_RESOLVE | COPY_SRC });
  const sums = new Map<string, { ms: number; count: number }>();
  const rounds = 3;
  for (let round = 0; round <= rounds; round++) {
    gpu.submit((encoder) => {
      dispatches.forEach(({ pipeline, group, workgroups }, i) => {
        const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
        const pass = encoder.beginComputePass({ timestampWrites });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...workgroups);
        pass.end();
      });
      encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    });
    const stamps = new BigUint64Array(await gpu.read(resolved, count * 8));
    if (round === 0) continue;
    dispatches.forEach(({ name, workgroups }, i) => {
      const key = name.includes('matmul') ? `${name} ${workgroups.join('x')}` : name;
      const sum = sums.get(key) ?? { ms: 0, count: 0 };
      sum.ms += Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6 / rounds;
      sum.count++;
      sums.set(key, sum);
    });
  }
  querySet.destroy();
  resolved.destroy();
  const lines = [...sums].sort(([, a], [, b]) => b.ms - a.ms);
  note(
    lines
      .map(([name, { ms, count }]) => `${name} ${((1000 * ms * rounds) / count).toFixed(1)} us x ${count / rounds}`)
      .join('; '),
  );
}

function table(rows: Row[]): string {
  const lines = rows.map(({ of: { mode, N, P }, figures }) => {
    const [{ min, median, max }] = Object.values(figures) as [Row['figures'][string]];
    const host = figures.hostMsPerStep ? figures.hostMsPerStep.median.toFixed(2) : '';
    return [
      mode,
      N,
      P,
      `${min.toFixed(3)} / ${median} / ${max.toFixed(3)}`,
      Math.round(figures.tokensPerSecond!.median),
      host,
    ].join(' | ');
  });
  return ['mode | N | P | ms (min / median / max) | tok/s | host ms a step', ...lines].join('\n');
}

try {
  await main();
} catch (thrown) {
  const error = CoppiceError.wrap(thrown);
  console.error(`coppice: ${error.message}\n  ${error.remedy}`);
  process.exitCode = 3;
}
process.exit();
