/**
 * `node test/engine/weights/fuzz/child.ts KIND SEED FIRST COUNT`: reads models of which one file was changed, and prints a line of
 * JSON for each that is not read or refused as it should be, and one at the end. Case N of a seed is always the same; FIRST and
 * COUNT say which are tried.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ropeAngles, ropeTable } from '../../../../src/engine/model/rope.ts';
import type { ModelConfig } from '../../../../src/engine/weights/config.ts';
import { readModel } from '../../../../src/engine/weights/model-source.ts';
import { randomFrom } from '../../random-numbers.ts';
import { allowed } from '../refusal.ts';
import { mutated } from './mutate.ts';
import { type Kind, SEEDS, type Seed } from './seeds.ts';

const TEXT = 'def the(x):\n    return "naïve <|fim_middle|> 漢字 👍" + str(x * 12345)\n';
/** Cases between two signs of life. */
const EVERY = 100;

const [kind, seed, first, count] = [process.argv[2] as Kind, ...process.argv.slice(3).map(Number)] as [
  Kind,
  number,
  number,
  number,
];

/** The largest typed array that anything has asked for, in bytes. */
let largest = 0;
for (const name of [
  'Uint8Array',
  'Uint16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
] as const) {
  Object.assign(globalThis, {
    [name]: new Proxy(globalThis[name], {
      construct(type, args, newTarget) {
        if (typeof args[0] === 'number') largest = Math.max(largest, args[0] * type.BYTES_PER_ELEMENT);
        return Reflect.construct(type, args, newTarget);
      },
    }),
  });
}

/** Some of a model's tensors. */
function shapesOf({
  width,
  heads,
  kvHeads,
  headWidth,
  feedForward,
  vocabulary,
}: ModelConfig): Record<string, number[]> {
  return {
    'model.embed_tokens.weight': [vocabulary, width],
    'model.norm.weight': [width],
    'model.layers.0.self_attn.q_proj.weight': [heads * headWidth, width],
    'model.layers.0.self_attn.k_proj.weight': [kvHeads * headWidth, width],
    'model.layers.0.mlp.up_proj.weight': [feedForward, width],
    'model.layers.0.mlp.down_proj.weight': [width, feedForward],
  };
}

/** All that a run does with a model before it is on the GPU. Returns whether the model was taken for one. */
async function use(path: string): Promise<boolean> {
  const source = await allowed(() => readModel(path));
  if (!source) return false;
  const { config, tokenizer } = source;
  const angles = ropeAngles(ropeTable(config), [0, 1, config.maxPositions - 1]);
  if (!angles.every(Number.isFinite)) throw new Error('an angle is not a finite number');
  if (tokenizer) {
    const ids = await allowed(() => tokenizer.encode(TEXT));
    if (ids?.some((id) => !Number.isInteger(id) || id < 0 || id >= config.vocabulary))
      throw new Error('an odd token id');
    await allowed(() => tokenizer.pieces(ids ?? [0]));
  }
  const file = await allowed(() => source.open());
  if (!file) return true;
  try {
    for (const [name, shape] of Object.entries(shapesOf(config))) {
      await allowed(async () => {
        file.entry(name, shape);
        for await (const _ of file.read(name));
      });
    }
  } finally {
    await file.dispose();
  }
  return true;
}

const folder = mkdtempSync(join(tmpdir(), 'coppice-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const places = SEEDS[kind].map((one, i): Seed & { folder: string } => {
  const own = join(folder, String(i));
  mkdirSync(own);
  for (const [name, content] of Object.entries(one.files)) writeFileSync(join(own, name), content);
  return { ...one, folder: own };
});

let slowest = { ms: 0, n: 0 };
let taken = 0;
for (let n = first; n < first + count; n++) {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) + n);
  const { files, target, folder } = places[n % places.length]!;
  const content = files[target]!;
  writeFileSync(join(folder, target), mutated(typeof content === 'string' ? Buffer.from(content) : content, random));
  // Of the processor: on a busy machine the clock says nothing of a case.
  const start = process.cpuUsage();
  try {
    if (await use(target.endsWith('.gguf') ? join(folder, target) : folder)) taken++;
  } catch (error) {
    console.log(JSON.stringify({ n, problem: error instanceof Error ? error.stack : String(error) }));
  }
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  if (ms > slowest.ms) slowest = { ms, n };
  if (n % EVERY === 0) console.log(JSON.stringify({ at: n }));
}
console.log(
  JSON.stringify({ done: count, taken, slowest, largest, maxRssBytes: process.resourceUsage().maxRSS * 1024 }),
);
