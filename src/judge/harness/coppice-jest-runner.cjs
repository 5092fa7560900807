/** Runs a test file with jest's own runner, and with a test of ours that must fail, which jest is not told of. */
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { CONTROL } = require('./coppice-cases.cjs');

/** By test file, whether the test of ours failed. */
const controls = new Map();

module.exports = async (globalConfig, config, environment, runtime, path, ...more) => {
  const circus = createRequire(createRequire(require.main.filename).resolve('@jest/core')).resolve(
    'jest-circus/runner',
  );
  const setupFilesAfterEnv = [...config.setupFilesAfterEnv, join(__dirname, 'coppice-jest-control.cjs')];
  const run = interop(require(circus));
  const result = await run(globalConfig, { ...config, setupFilesAfterEnv }, environment, runtime, path, ...more);
  const ours = result.testResults.filter(({ title }) => title === CONTROL);
  controls.set(path, ours.length === 1 && ours[0].status === 'failed' && ours[0].failureMessages[0].includes(CONTROL));
  result.testResults = result.testResults.filter(({ title }) => title !== CONTROL);
  for (const { status } of ours) {
    if (status === 'failed') result.numFailingTests--;
    else if (status === 'passed') result.numPassingTests--;
    else result.numPendingTests--;
  }
  return result;
};
module.exports.controls = controls;

function interop(loaded) {
  return loaded.default ?? loaded;
}
