/** Gives the fork in which vitest runs the tests the line between these and the candidate, and what speaks on it. */
const children = require('node:child_process');
const { syncBuiltinESMExports } = require('node:module');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');
const records = require('./coppice-records.cjs');

const [RECORDS, WIRE] = [3, 4];
const { fork } = children;

function giveLine() {
  const isTests = process.env.COPPICE_SIDE === 'tests';
  const key = records.readKey();
  records.useKey(key);
  children.fork = (program, args, options) =>
    fork(program, args, {
      ...options,
      execArgv: [
        ...(options.execArgv ?? []),
        ...['--require', join(__dirname, isTests ? 'coppice-vitest-standin.cjs' : 'coppice-serve.cjs')],
      ],
      env: { ...options.env, ...(isTests ? { COPPICE_KEY: key } : {}) },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc', WIRE, ...(isTests ? [RECORDS] : [])],
    });
  syncBuiltinESMExports();
}

// Threads load this too, and the key is there once.
if (isMainThread) giveLine();
