import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Limits, limitsFor } from '../process/limits.ts';
import { type Outcome, runConfined } from '../process/run.ts';
import { isAlive, textOf } from '../process/tree.ts';
import type { NodeRuntime } from '../runtime/node.ts';
import { discard } from '../workspace/discard.ts';
import type { Check } from './probe.ts';
import type { Sandbox } from './sandbox.ts';

const WALL_MS = 30_000;
const PROCESSES = 4;
/** Linux counts 512 MiB of what V8 keeps for code before Node has begun. */
const MEMORY_BYTES = 640 * 1024 ** 2;
const PIECE_BYTES = 16 * 1024 ** 2;
const IDLE = 'setTimeout(() => {}, 60_000)';

/** Each wants more than it may have, and stops by itself where nobody stops it. */
const PROCESS_BOMB = `
const { spawn } = require('node:child_process');
let others = 0;
for (let count = 0; count < ${3 * PROCESSES}; count++) {
  const other = spawn(process.execPath, ['-e', '${IDLE}'], { stdio: 'ignore' });
  other.on('error', () => {}).on('spawn', () => others++).on('exit', () => others--);
}
setTimeout(() => {
  console.log('others: ' + others);
  if (others < ${PROCESSES}) process.exit(0);
}, 2000);
setTimeout(() => process.exit(0), 10_000);
`;
const MEMORY_BOMB = `
console.log('began');
const kept = [];
setInterval(() => {
  kept.push(Buffer.alloc(${PIECE_BYTES}, 1));
  if (kept.length < ${(2 * MEMORY_BYTES) / PIECE_BYTES}) return;
  console.log('took it');
  process.exit(0);
}, 10);
`;
/** Leaves a program behind, and says which. */
const DESERTER = `
const { spawn } = require('node:child_process');
const left = spawn(process.execPath, ['-e', '${IDLE}'], { stdio: 'ignore', detached: true });
left.unref();
console.log(left.pid);
`;

/** Whether limits hold against programs that exceed them. Rejects when a program could not be run at all. */
export async function attackLimits(sandbox: Sandbox, node: NodeRuntime): Promise<Check[]> {
  const base = mkdtempSync(join(tmpdir(), 'coppice-probe-'));
  try {
    const cell = {
      slot: join(base, 'slot'),
      workspace: base,
      shared: [],
      readable: node.readable,
      scratch: join(base, 'scratch'),
    };
    for (const folder of [cell.slot, cell.scratch]) mkdirSync(folder);
    const run = (program: string, tighter: Partial<Limits>): Promise<Outcome> => {
      const limits = { ...limitsFor(WALL_MS, 1), ...tighter };
      return runConfined(sandbox.confine({ argv: [node.path, '-e', program], env: node.env }, cell, limits), limits);
    };
    const many = await run(PROCESS_BOMB, { processes: PROCESSES });
    const large = await run(MEMORY_BOMB, { memoryBytes: MEMORY_BYTES });
    const left = Number.parseInt((await run(DESERTER, {})).output, 10);
    // Before anyone counts, a control group refuses it more threads than so many processes have.
    const others = Number(/others: (\d+)/.exec(many.output)?.[1] ?? Number.NaN);
    const isRefused = others < PROCESSES;
    return [
      {
        name: 'the number of processes is limited',
        ok: many.interrupted === 'processes' || isRefused,
        detail: isRefused ? `starts ${others} others and no more` : wordsOf(many),
      },
      // Where the kernel refuses it more, a program may as well end by itself.
      { name: 'memory is limited', ok: /^began\b(?!.*took it)/s.test(large.output), detail: wordsOf(large) },
      {
        name: 'nothing outlives the tests',
        ok: left > 0 && !runs(left),
        detail: left > 0 ? `process ${left}` : 'not tried',
      },
    ];
  } finally {
    discard(base);
  }
}

function wordsOf({ interrupted, exitCode }: Outcome): string {
  return interrupted ? `ended by the ${interrupted} limit` : `exit code ${exitCode}`;
}

/** One that has ended may still wait for its parent to be told, where the system has such a state. */
function runs(pid: number): boolean {
  return isAlive(pid) && !/^State:\s+Z/m.test(textOf(`/proc/${pid}/status`));
}
