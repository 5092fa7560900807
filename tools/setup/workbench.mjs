import { join } from 'node:path';
import { cached } from './cache.mjs';
import { installPackage, npm } from './npm.mjs';

/** The npm distribution of VS Code 1.139.1: the real workbench and extension host, in a browser. */
const VERSION = '4.139.1';

/**
 * The workbench for the end-to-end tests. Its install script is not run: what it would do is the two plain installs
 * here, and the native modules it compiles besides only serve its log.
 *
 * @returns {Promise<string>} the folder of the VS Code server
 */
export async function workbench() {
  const folder = await cached(`code-server-${VERSION}`, 'the VS Code workbench (code-server)', async (draft) => {
    const server = serverOf(await installPackage(draft, `code-server@${VERSION}`));
    await npm(server, 'install', '--omit=dev');
    await npm(join(server, 'extensions'), 'install', '--omit=dev');
  });
  return serverOf(join(folder, 'node_modules', 'code-server'));
}

function serverOf(codeServer) {
  return join(codeServer, 'lib', 'vscode');
}
