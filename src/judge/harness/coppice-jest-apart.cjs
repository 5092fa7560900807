/** Runs a test file as coppice-jest-runner.cjs does, in whose realm is a stand-in for the candidate, or what serves one. */
const { join } = require('node:path');
const run = require('./coppice-jest-runner.cjs');

const { COPPICE_ROOT: root, COPPICE_FILES: listed, COPPICE_CANDIDATE: path, COPPICE_SIDE: side } = process.env;

module.exports = async (globalConfig, config, environment, runtime, ...more) => {
  const load = (name) => runtime.requireInternalModule(join(__dirname, name));
  if (side === 'candidate') {
    load('coppice-serve.cjs');
    return run(globalConfig, config, environment, runtime, ...more);
  }
  const { StandIn } = load('coppice-standin.cjs');
  const standIn = new StandIn(require('./coppice-claimed.cjs'), root, path, listed.split('\n'));
  standIn.open();
  const result = await run(globalConfig, config, environment, runtime, ...more);
  standIn.close();
  return result;
};
