/**
 * Runs a program once for each input, in a process of its own without any descriptor but its three, and tells what it wrote. What
 * should come out is not known in here.
 *
 *   node coppice-samples.mjs '{"compile": [...] or null, "argv": [...], "timeLimitMs": 2000, "wallLimitMs": 7000}' INPUT...
 *
 * `memoryLimitBytes` and `outputBytes` may be there too, and `asArgument` for programs that find their input in an argument as well.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { claimRecords } from './coppice-records.cjs';

const ERROR_BYTES = 4096;
const COMPILE_MS = 60_000;
const WATCH_MS = 20;
/** What /proc counts processor time in. */
const TICK_MS = 10;
/** After so many that ran out of time the rest is not tried. */
const MOST_LATE = 3;

const record = claimRecords();
const {
  compile,
  argv,
  timeLimitMs,
  wallLimitMs,
  memoryLimitBytes,
  outputBytes = 1024 ** 2,
  asArgument = false,
} = JSON.parse(process.argv[2].replaceAll('{temporary}', tmpdir()));
const inputs = process.argv.slice(3);

const toCompile = { timeMs: COMPILE_MS, wallMs: COMPILE_MS };
const compiled = compile === null ? undefined : await run(compile, undefined, toCompile);
if (compiled && compiled.exitCode !== 0) {
  record({ event: 'compiled', ...compiled });
} else {
  const limits = { timeMs: timeLimitMs, wallMs: wallLimitMs, memoryBytes: memoryLimitBytes };
  let late = 0;
  for (const [index, input] of inputs.entries()) {
    if (late === MOST_LATE) {
      record({ event: 'output', index, exitCode: null, signal: null, ended: 'untried', ms: 0, output: '', errors: '' });
      continue;
    }
    record({ event: 'start', id: String(index) });
    const command = asArgument ? [...argv, readFileSync(input, 'utf8').trim()] : argv;
    const ran = await run(command, input, limits);
    if (ran.ended === 'time') late++;
    record({ event: 'output', index, ...ran });
  }
}
record({ event: 'end' });

function run([program, ...args], input, { timeMs, wallMs, memoryBytes }) {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r');
  const began = performance.now();
  const child = spawn(program, args, { stdio: [stdin, 'pipe', 'pipe'], detached: true });
  if (input !== undefined) closeSync(stdin);
  let output = Buffer.alloc(0);
  let errors = Buffer.alloc(0);
  let ended;
  const end = (why) => {
    ended ??= why;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  };
  // The machine may be busy with others: what counts is the time that the program had, as far as that can be told.
  const check = () => {
    const clockMs = performance.now() - began;
    const usedMs = usedBy(child.pid)?.cpuMs ?? clockMs;
    if (usedMs >= timeMs || clockMs >= wallMs) end('time');
    else clock = setTimeout(check, Math.max(TICK_MS, Math.min(timeMs - usedMs, wallMs - clockMs)));
  };
  let clock = setTimeout(check, timeMs);
  const watch = memoryBytes && setInterval(() => usedBy(child.pid)?.bytes > memoryBytes && end('memory'), WATCH_MS);
  child.stdout.on('data', (chunk) => {
    if (output.length + chunk.length > outputBytes) end('output');
    else output = Buffer.concat([output, chunk]);
  });
  child.stderr.on('data', (chunk) => {
    errors = Buffer.concat([errors, chunk]).subarray(-ERROR_BYTES);
  });
  return new Promise((resolve) => {
    const settle = (exitCode, signal) => {
      clearTimeout(clock);
      clearInterval(watch);
      const ms = performance.now() - began;
      // What it started may hold its streams open; it may not outlive it either.
      end('itself');
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode, signal, ended, ms, output: output.toString('utf8'), errors: errors.toString('utf8') });
    };
    child.once('error', (error) => {
      errors = Buffer.from(error.message);
      settle(127, null);
    });
    let status;
    child.once('exit', (exitCode, signal) => {
      status = [exitCode, signal];
      // What it wrote is still on its way.
      setTimeout(() => settle(...status), 200).unref();
    });
    child.once('close', (exitCode, signal) => settle(exitCode, signal));
  });
}

/** Processor time and the most memory, of all that is left of a session; undefined where the system does not tell. */
function usedBy(session) {
  let [cpuMs, bytes, seen] = [0, 0, false];
  for (const pid of processes()) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[3]) !== session) continue;
      seen = true;
      // Its own, and that of its children that have ended, in user mode and in the kernel.
      cpuMs += TICK_MS * fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
      const [, peak = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
      bytes += 1024 * Number(peak);
    } catch {
      // It has ended meanwhile.
    }
  }
  return seen ? { cpuMs, bytes } : undefined;
}

function processes() {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
