/** jest's cache belongs into the temporary folder of the run: in the workspace node_modules is read-only, whatever a project says. */
const { tmpdir } = require('node:os');
const { join } = require('node:path');

process.argv.push(`--cacheDirectory=${join(tmpdir(), 'jest')}`);
