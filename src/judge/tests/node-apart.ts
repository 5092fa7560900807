import { posix } from 'node:path';

/** What the harness folder holds where the candidate has a stand-in (harness/coppice-standin.cjs), beside the framework's own. */
export const STAND_IN = ['coppice-standin.cjs', 'coppice-claimed.cjs', 'coppice-crossing.cjs'];
/** Loaded before the tests where they share its realm. */
export const STAND_IN_NODE = 'coppice-standin-node.cjs';

/** What it holds where the candidate is. */
export const SERVE = ['coppice-serve.cjs', 'coppice-crossing.cjs'];
/** Sets what the test of `servingTest` calls. */
export const SERVE_NODE = 'coppice-serve.cjs';

/** Longer than any run: each call of a candidate that is in another sandbox takes its time. */
export const FOREVER_MS = 2 ** 30;

/**
 * A test file that has the candidate as a test would, and serves what the stand-in asks for as long as it asks
 * (harness/coppice-serve.cjs).
 *
 * @param file where it will be
 * @param path of the candidate
 */
export function servingTest(file: string, path: string, isVitest: boolean): string {
  const name = JSON.stringify(`./${posix.relative(posix.dirname(file), path)}`);
  const serve = "globalThis[Symbol.for('coppice.serve')]";
  if (isVitest) {
    return `// @ts-nocheck
import { it } from 'vitest';
it('serves', () => ${serve}(() => import(${name})), ${FOREVER_MS});
`;
  }
  return `// @ts-nocheck
const isRequired = typeof require === 'function';
const load = async () => {
  try {
    if (isRequired) return require(${name});
  } catch (error) {
    if (error?.code !== 'ERR_REQUIRE_ESM' && error?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
  }
  return import(${name});
};
(globalThis.it ?? globalThis.test)('serves', function () {
  this?.timeout?.(0);
  return ${serve}(load);
}, ${FOREVER_MS});
`;
}
