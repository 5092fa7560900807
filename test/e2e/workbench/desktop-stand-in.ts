#!/usr/bin/env node
/**
 * Stands in for the desktop `code` executable: takes the flags that @vscode/test-electron passes, opens the real
 * workbench of the VS Code server in a headless browser, and exits with the code of the tests. Where the desktop build
 * can be downloaded the same tests run on it.
 */
import { resolve } from 'node:path';
import { format } from 'node:util';
import { launchBrowser, localPage } from './browser.ts';
import { WorkbenchServer } from './server.ts';

const LIMIT_MS = 15 * 60_000;

const flags = process.argv.slice(2);
const valuesOf = (name: string) =>
  flags.filter((flag) => flag.startsWith(`--${name}=`)).map((flag) => resolve(flag.slice(name.length + 3)));
const [tests] = valuesOf('extensionTestsPath');
const [userData] = valuesOf('user-data-dir');
const [extensions] = valuesOf('extensions-dir');
const folder = flags.find((flag) => !flag.startsWith('-'));
if (!tests || !folder) throw new Error('Name the tests (--extensionTestsPath=) and the folder to open.');

const server = await WorkbenchServer.start({
  ...(userData ? { userData } : {}),
  ...(extensions ? { extensions } : {}),
  smokeTestDriver: true,
});
const browser = await launchBrowser();
try {
  const page = await localPage(browser);
  const exit = new Promise<number>((done) => page.exposeFunction('codeAutomationExit', done));
  await page.exposeFunction('codeAutomationLog', (_: string, args: unknown[]) => {
    const text = format(...args);
    // Mocha indents all that it reports; the workbench talks about itself from the first column.
    if (/^ {2}/.test(text)) console.log(text);
  });
  const payload: [string, string][] = [
    ...valuesOf('extensionDevelopmentPath').map((path): [string, string] => [
      'extensionDevelopmentPath',
      server.resource(path),
    ]),
    ['extensionTestsPath', server.resource(tests)],
    ['skipWelcome', 'true'],
  ];
  await page.goto(server.page(resolve(folder), payload));
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`The tests did not end.\n${server.log}`)), LIMIT_MS).unref(),
  );
  process.exitCode = await Promise.race([exit, late]);
} finally {
  await browser.close();
  await server.dispose();
}
