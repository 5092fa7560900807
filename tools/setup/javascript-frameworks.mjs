import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { npm } from './npm.mjs';

/**
 * The test frameworks for JavaScript that the judge is tested with, by the lock file of test/fixtures/frameworks/javascript.
 *
 * @param {string} checkout
 * @returns {Promise<string>} the folder that holds their node_modules
 */
export async function javascriptFrameworks(checkout) {
  const fixture = join(checkout, 'test', 'fixtures', 'frameworks', 'javascript');
  const lock = await readFile(join(fixture, 'package-lock.json'));
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  return cached(
    `javascript-frameworks-${version}`,
    'jest, vitest and mocha, for the tests of the judge',
    async (draft) => {
      for (const name of ['package.json', 'package-lock.json']) await copyFile(join(fixture, name), join(draft, name));
      await npm(draft, 'ci');
    },
  );
}
