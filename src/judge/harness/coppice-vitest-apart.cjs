/** Gives the fork in which vitest runs the tests the line between these and the candidate, and what speaks on it. */
const children = require('node:child_process');
const { syncBuiltinESMExports } = require('node:module');
const { join } = require('node:path');
const records = require('./coppice-records.cjs');

const [RECORDS, WIRE] = [3, 4];
const isTests = process.env.COPPICE_SIDE === 'tests';
const key = records.readKey();
records.useKey(key);

const { fork } = children;
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
