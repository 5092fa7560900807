import { RadixCache, type CacheNode } from '../src/engine/cache/radix.ts';
import { FastTransformer } from '../src/engine/fast/transformer.ts';
import { bucket } from '../src/engine/fast/transformer.ts';
import { tuningLines } from '../src/engine/fast/tune.ts';
import { Gpu } from '../src/engine/gpu/gpu.ts';
import { randomModel, type ShapeName } from './random-model.ts';

const [shape = '1.5b', grid = '1:1024,32:4096,256:1024,256:4096,1024:4096', mode = ''] = process.argv.slice(2);
const gpu = await Gpu.open();
console.log(gpu.info.description, gpu.info.device);
const rows = grid.split(',').map((item) => item.split(':').map(Number) as [number, number]);
const slots = Math.max(...rows.map(([n, p]) => p + n * 240 + 4096));
let t0 = performance.now();
const model = (await randomModel(gpu, shape as ShapeName, 'fast', slots)) as FastTransformer;
await gpu.settle('load');
console.log(`loaded in ${Math.round(performance.now() - t0)} ms, ${slots} slots`);
const TUNED = process.env.TUNED;
if (TUNED) model.learn(new Map(JSON.parse((await import('node:fs')).readFileSync(TUNED, 'utf8'))));
else if (mode !== 'guess') {
  t0 = performance.now();
  const measured = await model.tune([...rows.map(([n]) => n), ...(process.env.PREFILL ? [model.chunk] : [])]);
  console.log(tuningLines(measured).join('\n'));
  if (process.env.OUT) (await import('node:fs')).writeFileSync(`${process.env.OUT}/tuned-${shape}.json`, JSON.stringify([...measured]));
  console.log(`tuned in ${Math.round(performance.now() - t0)} ms`);
}
const cache = new RadixCache(slots);
const SAMPLING = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };
const V = model.config.vocabulary;
const random = (n: number) => Array.from({ length: n }, () => Math.floor(Math.random() * V));

for (const [N, P] of rows) {
  const prefix = cache.acquire(cache.root, random(P));
  t0 = performance.now();
  const prefillOnce = async () => {
    const t = performance.now();
    for (let at = 0; at < P; at += model.chunk) {
      const count = Math.min(model.chunk, P - at);
      await model.forward(Array.from({ length: count }, (_, i) => ({ token: prefix.tokens[at + i]!, position: at + i, slot: prefix.slots[at + i]!, node: prefix })), [], undefined, false);
    }
    return performance.now() - t;
  };
  const prefills = [await prefillOnce(), await prefillOnce(), await prefillOnce()];
  console.log(`P ${P}: prefill ${prefills.map((x) => x.toFixed(1)).join(' ')} ms: ${Math.round((1000 * P) / Math.min(...prefills))} tok/s`);
  const branches: CacheNode[] = Array.from({ length: N }, () => cache.branch(prefix));
  for (const branch of branches) cache.append(branch, 1);
  let index = 0;
  const submit = async () => {
    const steps = model.stepper.stepsFor(N);
    for (const branch of branches) cache.reserve(branch, index + steps + 1);
    const started = performance.now();
    const { drawn } = await model.stepper.submit({ rows: branches.map((branch, i) => ({ branch, index, candidate: i, token: index === 0 ? { id: 1 } : { row: i } })), steps, sampling: SAMPLING, endTokens: [], reproducible: mode === 'reproducible' });
    index += steps;
    return { drawn, steps, js: performance.now() - started };
  };
  const queue = [await submit(), await submit()];
  const samples: number[] = [];
  let js = 0, stepsIn = 0, subs = 0;
  let last = performance.now();
  while (index < 200) {
    queue.push(await submit());
    js += queue.at(-1)!.js; stepsIn += queue.at(-1)!.steps; subs++;
    const { drawn, steps } = queue.shift()!;
    await drawn;
    const now = performance.now();
    samples.push((now - last) / steps);
    last = now;
  }
  for (const { drawn } of queue) await drawn;
  const warm = samples.slice(Math.floor(samples.length / 4)).sort((a, b) => a - b);
  const median = warm[warm.length >> 1]!;
  console.log(`N ${N} P ${P}: step ${warm[0]!.toFixed(3)} ${median.toFixed(3)} ${warm.at(-1)!.toFixed(3)} ms, ${Math.round((1000 * N) / median)} tok/s, JS ${(js / stepsIn).toFixed(3)} ms a step, ${(stepsIn / subs).toFixed(1)} steps a submission`);
  const { drawn: alone, steps } = await submit();
  const submitted = performance.now();
  await alone;
  console.log(`   one submission of ${steps} steps from submit to result: ${((performance.now() - submitted) / steps).toFixed(3)} ms a step`);
  if (!process.env.BRIEF) await profile(N, branches);
  for (const branch of branches) cache.dropBranch(branch);
  cache.release(prefix);
  cache.clear();
}

/** GPU time by kernel of one step, each dispatch in a pass of its own. */
async function profile(N: number, branches: CacheNode[]): Promise<void> {
  const T = bucket(N);
  const plan = model.plan(branches.map((node) => ({ node, index: 100, token: { id: 1 } })), { rows: T, steps: 1, wanted: [], reproducible: mode === 'reproducible' });
  const dispatches = await model.prepare(plan, T, { kind: 'all' }, mode === 'reproducible');
  const count = 2 * dispatches.length;
  const querySet = gpu.device.createQuerySet({ type: 'timestamp', count });
  const resolved = gpu.device.createBuffer({ size: count * 8, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const sums = new Map<string, number>();
  const rounds = 3;
  for (let round = 0; round <= rounds; round++) {
    gpu.submit((encoder) => {
      dispatches.forEach(({ pipeline, group, workgroups }, i) => {
        const pass = encoder.beginComputePass({ timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 } });
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
      sums.set(key, (sums.get(key) ?? 0) + Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6 / rounds);
    });
  }
  querySet.destroy();
  resolved.destroy();
  console.log('   ' + [...sums].sort((a, b) => b[1] - a[1]).map(([name, ms]) => `${name} ${ms.toFixed(3)}`).join('; '));
}
process.exit(0);
