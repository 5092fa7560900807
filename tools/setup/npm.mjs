import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupProblem } from './problem.mjs';

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/** No set-up step needs longer; a registry that hangs must not hang the tests. */
const LIMIT_MS = 10 * 60_000;

/** Runs npm in `folder`. Install scripts never run: nothing here needs them, and they could do anything. */
export async function npm(folder, ...args) {
  const shell = process.platform === 'win32'; // npm is a .cmd there
  const child = spawn('npm', [...args, ...QUIET], { cwd: folder, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', (cause) =>
      reject(new SetupProblem('npm could not be started.', 'Install Node.js 20 or newer with npm.', cause)),
    );
  }).finally(() => clearTimeout(timer));
  if (code !== 0) {
    throw new SetupProblem(
      `npm ${args.join(' ')} failed.`,
      'Check the network connection and the npm registry settings, then run it again.',
      output.trim().split('\n').slice(-12).join('\n  '),
    );
  }
}

/**
 * Installs one package, with what it depends on, into `folder`.
 *
 * @param {string} spec name and exact version, such as `code-server@4.139.1`
 * @param {string[]} flags of npm besides
 * @returns {Promise<string>} the folder of the package itself
 */
export async function installPackage(folder, spec, ...flags) {
  await mkdir(folder, { recursive: true });
  await npm(folder, 'install', spec, '--prefix', folder, '--no-save', '--no-package-lock', ...flags);
  return join(folder, 'node_modules', ...spec.slice(0, spec.lastIndexOf('@')).split('/'));
}
