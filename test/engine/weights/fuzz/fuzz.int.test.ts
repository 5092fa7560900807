import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { KINDS, type Kind } from './seeds.ts';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
/** 50,000 in all; a case of a GGUF file takes three milliseconds, one of a configuration less than one. */
const CASES: Record<Kind, number> = { config: 20_000, safetensors: 14_000, tokenizer: 8000, gguf: 8000 };
const MOST_MS = 2000;
const MOST_BYTES = 2 ** 30;
/** A child that says nothing for so long hangs. */
const SILENCE_MS = 20_000;

interface Line {
  at?: number;
  n?: number;
  problem?: string;
  done?: number;
  taken?: number;
  slowest?: { ms: number; n: number };
  largest?: number;
  maxRssBytes?: number;
}

test('changed model files are read, or refused with an error of ours, soon and in little memory', {
  timeout: 280_000,
}, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  // Two at a time, one for each core of a small machine.
  for (const kinds of [KINDS.slice(0, 2), KINDS.slice(2)]) {
    await Promise.all(kinds.map((kind) => fuzz(kind, seed, (text) => t.diagnostic(text))));
  }
});

async function fuzz(kind: Kind, seed: number, note: (text: string) => void): Promise<void> {
  const args = ['--max-old-space-size=768', CHILD, kind, String(seed), '0', String(CASES[kind])];
  const again = `node ${args.slice(1, 4).join(' ')} N 1`;
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = 0;
  let silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
  const problems: Line[] = [];
  let end: Line | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    clearTimeout(silence);
    silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    const line = JSON.parse(text) as Line;
    if (line.at !== undefined) last = line.at;
    if (line.problem !== undefined) problems.push(line);
    if (line.done !== undefined) end = line;
  }
  clearTimeout(silence);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.ok(end, `${again}: ended by ${child.signalCode ?? child.exitCode} after case ${last}`);
  assert.deepEqual(problems.slice(0, 3), [], `${again}: ${problems.length} cases`);
  const { taken = 0, slowest, largest = 0, maxRssBytes = 0 } = end;
  assert.ok(slowest!.ms < MOST_MS, `${again}: case ${slowest!.n} took ${slowest!.ms} ms`);
  assert.ok(Math.max(largest, maxRssBytes) < MOST_BYTES, `${again}: ${largest} and ${maxRssBytes} bytes`);
  // Where all were refused at once, or none was, nothing was tried.
  assert.ok(taken > CASES[kind] / 50 && taken < CASES[kind] * 0.95, `${kind}: ${taken} of ${end.done} were taken`);
  note(
    `${kind}: ${end.done} cases, ${taken} taken, slowest ${Math.round(slowest!.ms)} ms, at most ${maxRssBytes >> 20} MiB resident`,
  );
}
