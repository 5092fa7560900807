import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { START_LIMIT_MS } from '../limits.ts';

/** Settings of a workbench that keeps quiet and leaves files alone. The web workbench saves after a second otherwise. */
const SETTINGS = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'window.menuBarVisibility': 'compact',
};

/** In another language than its own the workbench would look for the language pack there. */
const NO_GALLERY = { EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '' }) };

const LOG_TAIL = 4000;

export interface ServerOptions {
  /** Default: a temporary one. */
  userData?: string;
  /** Default: a temporary one. */
  extensions?: string;
  settings?: Record<string, unknown>;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Ask whether the workspace is trusted, as a fresh VS Code does. */
  trust?: boolean;
  /** The display language, for extensions alone: the workbench itself keeps its English texts. */
  language?: string;
  /** Adds what tests inside the extension host need; it hides notifications. */
  smokeTestDriver?: boolean;
}

/** A VS Code server on a port of its own, with its extension host. `COPPICE_WORKBENCH` is its folder, `COPPICE_WORKBENCH_NODE` what runs it. */
export class WorkbenchServer {
  readonly origin: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #log: () => string;

  private constructor(process: ChildProcess, folder: string, origin: string, log: () => string) {
    this.#process = process;
    this.#folder = folder;
    this.origin = origin;
    this.#log = log;
  }

  static async start(options: ServerOptions = {}): Promise<WorkbenchServer> {
    const folder = await mkdtemp(join(tmpdir(), 'coppice-workbench-'));
    const userData = options.userData ?? join(folder, 'data');
    const settings = JSON.stringify({ ...SETTINGS, ...options.settings });
    // Settings that name files of a machine are read from the second place only.
    for (const place of [join(userData, 'User'), join(userData, 'Machine')]) {
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'settings.json'), settings);
    }
    if (options.language) await writeLanguagePack(userData, options.language);
    const port = await freePort();
    const args = [
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...['--without-connection-token', '--accept-server-license-terms'],
      ...['--server-data-dir', join(folder, 'server'), '--user-data-dir', userData],
      ...['--extensions-dir', options.extensions ?? join(folder, 'extensions'), '--telemetry-level', 'off'],
      ...(options.language ? ['--locale', options.language] : []),
      ...(options.trust ? [] : ['--disable-workspace-trust']),
      ...(options.smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
    ];
    // A group of its own, so that the extension hosts end with it.
    const child = spawn(process.env.COPPICE_WORKBENCH_NODE ?? process.execPath, [serverMain(), ...args], {
      detached: true,
      env: { ...process.env, ...(options.language ? NO_GALLERY : {}), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        log = (log + chunk).slice(-LOG_TAIL);
      });
    }
    const server = new WorkbenchServer(child, folder, `http://127.0.0.1:${port}`, () => log);
    try {
      await server.#answers();
      return server;
    } catch (error) {
      await server.dispose();
      throw error;
    }
  }

  /** What the server and its extension host printed last. */
  get log(): string {
    return this.#log();
  }

  /** The address of the workbench on a folder, or on the file of a workspace. */
  page(path: string, payload: [string, string][] = []): string {
    const opened: Record<string, string> = path.endsWith('.code-workspace') ? { workspace: path } : { folder: path };
    const query = new URLSearchParams({
      ...opened,
      ...(payload.length > 0 ? { payload: JSON.stringify(payload) } : {}),
    });
    return `${this.origin}/?${query}`;
  }

  /** The address of a file for the extension host. */
  resource(path: string): string {
    return `vscode-remote://${new URL(this.origin).host}${path}`;
  }

  async dispose(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      process.kill(-this.#process.pid!, 'SIGTERM');
      const killed = delay(3000, undefined, { ref: false }).then(() => process.kill(-this.#process.pid!, 'SIGKILL'));
      await Promise.race([exited, killed.catch(() => undefined)]);
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async #answers(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (performance.now() < deadline && this.#process.exitCode === null) {
      const response = await fetch(`${this.origin}/version`).catch(() => undefined);
      if (response?.ok) return;
      await delay(100);
    }
    throw new Error(`The VS Code server did not start:\n${this.log}`);
  }
}

/** A language pack as VS Code keeps it where one is installed, with no text in it. */
async function writeLanguagePack(userData: string, language: string): Promise<void> {
  const texts = join(userData, `${language}.i18n.json`);
  await writeFile(texts, JSON.stringify({ version: '1.0.0', contents: {} }));
  const from = { extensionIdentifier: { id: `tests.${language}` }, version: '1.0.0' };
  const pack = { hash: 'empty', label: language, extensions: [from], translations: { vscode: texts } };
  await writeFile(join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

/** Installs a VSIX the way a user does. */
export async function installExtension(vsix: string, extensions: string): Promise<void> {
  const args = [serverMain(), '--install-extension', vsix, '--extensions-dir', extensions, '--force'];
  const child = spawn(process.execPath, [...args, '--server-data-dir', `${extensions}-server`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: START_LIMIT_MS,
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${vsix} could not be installed (exit code ${code}):\n${said}`);
}

function serverMain(): string {
  const folder = process.env.COPPICE_WORKBENCH;
  if (!folder) throw new Error('There is no workbench. Run the end-to-end tests with: npm run test:e2e');
  return join(folder, 'out', 'server-main.js');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}
