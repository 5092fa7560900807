/** jest's cache belongs into the temporary folder of the run: in the workspace node_modules is read-only, whatever a project says. */
const { createRequire } = require('node:module');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const forks = require('./coppice-forks.cjs');

/** What jest loads before it looks at the project, and the parts of a project's usual set-up. */
const LOADED = [
  'jest-cli',
  '@jest/core',
  'jest-circus/runner',
  'jest-runner',
  'jest-runtime',
  'jest-environment-node',
  'babel-jest',
];

process.argv.push(`--cacheDirectory=${join(tmpdir(), 'jest')}`);
if (forks.isServer) {
  const jest = createRequire(process.argv[1]);
  for (const name of LOADED) {
    try {
      createRequire(jest.resolve('jest-cli'))(name);
    } catch {
      // Each version of jest has its own, and a project may have none of the last.
    }
  }
}
forks.serve(process.env.COPPICE_ROOT);
