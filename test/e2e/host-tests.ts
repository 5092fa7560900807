/**
 * Runs the suites of `host/` inside a real extension host, or those of them whose names hold one of the arguments; with `--oldest`
 * in that of the oldest VS Code which the manifest claims, but for what has nothing to do with its version.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { scratchProject } from './workbench/scratch.ts';

/** How long one waits, and what dies under a run. */
const OF_ANY_VERSION = ['latency.suite.ts', 'faults.suite.ts'];
const isOldest = process.argv.includes('--oldest');

/** The extension host of a desktop VS Code reads CommonJS and no TypeScript. */
async function bundleSuites(): Promise<string> {
  const folder = 'test/e2e/out/host';
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  const isWanted = (file: string) => {
    if (!file.endsWith('.suite.ts')) return true;
    if (wanted.length === 0) return !(isOldest && OF_ANY_VERSION.includes(file));
    return wanted.some((part) => file.includes(part));
  };
  await build({
    entryPoints: (await readdir('test/e2e/host')).filter(isWanted).map((file) => join('test/e2e/host', file)),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
  });
  return resolve(folder, 'index.cjs');
}

if (isOldest) {
  const { server, node } = JSON.parse(process.env.COPPICE_OLDEST_WORKBENCH!);
  process.env.COPPICE_WORKBENCH = server;
  process.env.COPPICE_WORKBENCH_NODE = node;
}
const project = await scratchProject('python');
const profile = await mkdtemp(join(tmpdir(), 'coppice-profile-'));
try {
  const code = await runTests({
    // Without a stand-in, test-electron downloads the desktop build.
    ...(process.env.COPPICE_WORKBENCH
      ? { vscodeExecutablePath: resolve('test/e2e/workbench/desktop-stand-in.ts') }
      : {}),
    extensionDevelopmentPath: resolve('.'),
    extensionTestsPath: await bundleSuites(),
    launchArgs: [
      project.folder,
      `--user-data-dir=${join(profile, 'data')}`,
      `--extensions-dir=${join(profile, 'ext')}`,
    ],
  });
  process.exitCode = code;
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await project.dispose();
  await rm(profile, { recursive: true, force: true });
}
