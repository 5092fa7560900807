/** What the packaged extension brings along, installed as a user installs it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { installExtension } from './workbench/server.ts';

const VSIX = resolve(`coppice-${process.platform}-${process.arch}.vsix`);
/** Before the extension is activated. Half of the time that this takes goes into reading it. */
const START_BYTES = 140_000;
/** Makes a Node look like the extension host of the desktop. */
const AS_ELECTRON = `data:text/javascript,Object.defineProperty(process.versions, 'electron', { value: '35.1.5' })`;

describe('the packaged extension', () => {
  let profile: string;
  let extension: string;

  before(async () => {
    profile = await realpath(await mkdtemp(join(tmpdir(), 'coppice-package-')));
    const extensions = join(profile, 'extensions');
    await installExtension(VSIX, extensions);
    const name = (await readdir(extensions)).find((entry) => entry.startsWith('coppice.coppice-'))!;
    extension = join(extensions, name);
  });

  after(() => rm(profile, { recursive: true, force: true }));

  test('has native code for this platform alone', async () => {
    const platform = process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`;
    assert.deepEqual(await readdir(join(extension, 'node_modules', 'webgpu', 'dist')), [platform]);
    const files = await readdir(extension, { recursive: true });
    assert.deepEqual(
      files.filter((file) => file.endsWith('.ts') && !file.startsWith('examples')),
      [],
    );
  });

  test('has its texts in every language that the checkout has', async () => {
    const own = (await readdir('.')).filter((file) => /^package\.nls(\..+)?\.json$/.test(file));
    const texts = [...own, ...(await readdir('l10n')).map((file) => join('l10n', file))];
    assert.ok(texts.length >= 3, texts.join());
    for (const file of texts) {
      assert.equal(await readFile(join(extension, file), 'utf8'), await readFile(file, 'utf8'), file);
    }
    const { l10n } = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'));
    assert.equal(l10n, './l10n');
  });

  test('has the extension host read less than half of it before anything is asked for', async () => {
    const bytes = new Map<string, number>();
    const read = async (file: string): Promise<void> => {
      const text = await readFile(join(extension, 'dist', file), 'utf8');
      bytes.set(file, text.length);
      // What is imported later is no part of a declaration.
      for (const [, other] of text.matchAll(/\b\w+=require\("\.\/([^"]+)"\)/g))
        if (!bytes.has(other!)) await read(other!);
    };
    await read('extension.cjs');
    const atStart = [...bytes.values()].reduce((sum, each) => sum + each, 0);
    assert.ok(bytes.size === 1 && atStart < START_BYTES, JSON.stringify([...bytes]));
  });

  test('needs no Node of the machine, not even where its own is Electron', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', AS_ELECTRON, join(extension, 'dist', 'cli.mjs'), 'doctor', '--json'],
      { env: { ...process.env, PATH: '/nowhere', COPPICE_CACHE: join(profile, 'cache') }, maxBuffer: 2 ** 24 },
    ).catch((error: { stdout: string }) => error);
    const { node, gpu } = JSON.parse(stdout);
    assert.match(node.path, /[\\/]runtime[\\/]node(\.exe)?$/);
    assert.ok(node.path.startsWith(extension), node.path);
    assert.ok(gpu.chosen, 'the engine runs on it');
  });
});
