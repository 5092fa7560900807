#!/usr/bin/env node
/**
 * Brings what a fresh clone lacks: the packages, Node 24, a software GPU adapter, and with `--workbench` the editor and
 * the browser of the end-to-end tests. Needs Node 20 and npm, nothing else. A second run finds everything in place.
 */
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cacheFolder } from './setup/cache.mjs';
import { chromium, swiftshader } from './setup/chromium.mjs';
import { javascriptFrameworks } from './setup/javascript-frameworks.mjs';
import { node24 } from './setup/node24.mjs';
import { packages } from './setup/packages.mjs';
import { runScript } from './setup/problem.mjs';
import { oldestWorkbench, workbench } from './setup/workbench.mjs';

export const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {{ workbench?: boolean, frameworks?: boolean }} wanted
 * @returns {Promise<{ node: string, env: Record<string, string> }>} the Node to run the tools with, and the
 *   environment in which they find the rest
 */
export async function setUp(wanted = {}) {
  await packages(checkout);
  const node = await node24();
  await swiftshader();
  const env = {
    ...process.env,
    COPPICE_CACHE: cacheFolder,
    PATH: [dirname(node), join(checkout, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  };
  if (wanted.workbench) {
    const browser = await chromium();
    env.COPPICE_WORKBENCH = await workbench();
    env.COPPICE_OLDEST_WORKBENCH = JSON.stringify(await oldestWorkbench());
    env.COPPICE_BROWSER = JSON.stringify(browser);
  }
  if (wanted.frameworks) {
    try {
      env.COPPICE_JAVASCRIPT_FRAMEWORKS = await javascriptFrameworks(checkout);
    } catch (problem) {
      // The tests that need them are skipped, and say so.
      console.error(`setup: ${problem.message}`);
    }
  }
  return { node, env };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    await setUp({ workbench: process.argv.includes('--workbench') });
    const { build } = await import('./build.mjs');
    await build();
    console.error('setup: ready; try `npm run demo` or `npx . doctor`');
  });
}
