/** The stand-in for the candidate where the tests are in the process's own realm (node:test, mocha): loaded before them. */
const { isMainThread } = require('node:worker_threads');
const { StandIn } = require('./coppice-standin.cjs');

const { COPPICE_ROOT: root, COPPICE_FILES: listed, COPPICE_CANDIDATE: path } = process.env;

if (isMainThread && listed !== undefined) {
  delete process.env.COPPICE_CANDIDATE;
  const standIn = new StandIn(require('./coppice-claimed.cjs'), root, path, listed.split('\n'));
  standIn.open();
  process.on('exit', () => standIn.close());
}
