import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { NODE_PACKAGES, nodeIn } from './node24.mjs';
import { installPackage, npm } from './npm.mjs';

/** The npm distribution of VS Code 1.139.1: the real workbench and extension host, in a browser. */
const NEWEST = '4.139.1';

/** That of VS Code 1.100.3, the oldest that the manifest claims, and a Node that it runs on. */
const OLDEST = '4.100.3';
const NODE_OF_OLDEST = '20.20.2';

/** What searches files: that version would download it, this package carries it. */
const RIPGREP = '@vscode/ripgrep-universal@1.18.0';

/**
 * The workbench for the end-to-end tests.
 *
 * @returns {Promise<string>} the folder of the VS Code server
 */
export function workbench() {
  return codeServer(NEWEST, async () => {});
}

/** @returns {Promise<{ server: string, node: string } | undefined>} undefined where npm has no Node for it */
export async function oldestWorkbench() {
  const platform = `${process.platform}-${process.arch}`;
  const name = NODE_PACKAGES[platform]?.replace(/@.*/, '');
  if (!name) return undefined;
  const spec = `${name}@${NODE_OF_OLDEST}`;
  const what = `Node ${NODE_OF_OLDEST}, for the oldest workbench`;
  const node = await cached(`node-${NODE_OF_OLDEST}`, what, (draft) => installPackage(draft, spec));
  const server = await codeServer(OLDEST, async (draft) => {
    const ripgrep = await installPackage(`${draft}-ripgrep`, RIPGREP);
    await cp(join(ripgrep, 'bin', platform), join(draft, 'node_modules', '@vscode', 'ripgrep', 'bin'), {
      recursive: true,
    });
    await rm(`${draft}-ripgrep`, { recursive: true });
  });
  return { server, node: nodeIn(node, spec, process.platform) };
}

/**
 * Install scripts are not run: what code-server's would do is the two plain installs here, and the native modules it compiles
 * besides only serve its log.
 */
async function codeServer(version, complete) {
  const folder = await cached(
    `code-server-${version}`,
    `the VS Code workbench, code-server ${version}`,
    async (draft) => {
      const server = serverOf(await installPackage(draft, `code-server@${version}`));
      await npm(server, 'install', '--omit=dev');
      await npm(join(server, 'extensions'), 'install', '--omit=dev');
      await complete(server);
    },
  );
  return serverOf(join(folder, 'node_modules', 'code-server'));
}

function serverOf(codeServer) {
  return join(codeServer, 'lib', 'vscode');
}
