/** The candidate's process for tests of node:test, which need no framework around what they test. */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import './coppice-serve.cjs';

const [, , root, path] = process.argv;
const leave = process.reallyExit.bind(process);
const serve = globalThis[Symbol.for('coppice.serve')];
process.chdir(root);

async function load() {
  const file = realpathSync(`${root}/${path}`);
  const found = await import(pathToFileURL(file).href);
  return createRequire(import.meta.url).cache[file]?.exports ?? found;
}

serve(load).then(
  () => leave(0),
  () => leave(1),
);
