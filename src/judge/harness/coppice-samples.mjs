/**
 * Runs a program once for each input, in a process of its own without any descriptor but its three, and tells what it wrote. What
 * should come out is not known in here.
 *
 *   node coppice-samples.mjs '{"compile": [...] or null, "argv": [...], "timeLimitMs": 2000}' INPUT...
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { claimRecords } from './coppice-records.cjs';

const OUTPUT_BYTES = 1024 ** 2;
const ERROR_BYTES = 4096;
const COMPILE_MS = 60_000;

const record = claimRecords();
const { compile, argv, timeLimitMs } = JSON.parse(process.argv[2].replaceAll('{temporary}', tmpdir()));
const inputs = process.argv.slice(3);

const compiled = compile === null ? undefined : await run(compile, undefined, COMPILE_MS);
if (compiled && compiled.exitCode !== 0) {
  record({ event: 'compiled', ...compiled });
} else {
  for (const [index, input] of inputs.entries()) {
    record({ event: 'start', id: String(index) });
    record({ event: 'output', index, ...(await run(argv, input, timeLimitMs)) });
  }
}
record({ event: 'end' });

function run([program, ...args], input, limitMs) {
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
  const clock = setTimeout(end, limitMs, 'time');
  child.stdout.on('data', (chunk) => {
    if (output.length + chunk.length > OUTPUT_BYTES) end('output');
    else output = Buffer.concat([output, chunk]);
  });
  child.stderr.on('data', (chunk) => {
    errors = Buffer.concat([errors, chunk]).subarray(-ERROR_BYTES);
  });
  return new Promise((resolve) => {
    const settle = (exitCode, signal) => {
      clearTimeout(clock);
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
