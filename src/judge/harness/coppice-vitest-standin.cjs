/** The stand-in for the candidate in the fork that vitest runs the tests in (coppice-vitest-apart.cjs). */
const { writeSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const { StandIn } = require('./coppice-standin.cjs');

const RECORDS = 5;
const { COPPICE_ROOT: root, COPPICE_FILES: listed, COPPICE_CANDIDATE: path, COPPICE_KEY: key } = process.env;

if (isMainThread && key !== undefined) {
  delete process.env.COPPICE_KEY;
  const record = (fields) => writeSync(RECORDS, `${key} ${JSON.stringify(fields)}\n`);
  const standIn = new StandIn(record, root, path, listed.split('\n'));
  standIn.open();
  // vitest ends its fork by a signal: coppice-vitest-closing.mjs does this before.
  globalThis[Symbol.for('coppice.close')] = () => standIn.close();
}
