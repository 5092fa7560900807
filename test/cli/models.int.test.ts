import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HubServer } from '../engine/hub/hub-server.ts';
import { RandomModel } from '../run/random-model.ts';
import { scratchFolder } from '../run/scratch.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const random = new RandomModel();
after(() => random.dispose());

const FILES = ['config.json', 'tokenizer.json', 'model.safetensors'];
const NAME = 'someone/small-coder';

async function openHub(): Promise<HubServer> {
  const files = FILES.map((file) => [file, readFileSync(join(random.folder, file))] as const);
  const server = await HubServer.open(Object.fromEntries(files));
  after(() => server.dispose());
  return server;
}

/** A command line whose shelf is empty but for what comes with Coppice. */
function shelf(server: HubServer) {
  const folder = scratchFolder();
  const env = { ...process.env, HOME: folder, COPPICE_CACHE: join(folder, 'cache'), HF_ENDPOINT: server.endpoint };
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [main, 'models', ...args, '--json'], { env });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stdin.end();
    const ended = new Promise<{ code: number | null; value: ReturnType<typeof JSON.parse> }>((resolve) =>
      child.on('close', (code) => resolve({ code, value: JSON.parse(out) })),
    );
    return { child, ended };
  };
  return { folder: join(folder, 'cache', 'models'), start, models: (...args: string[]) => start(...args).ended };
}

/** Bytes of the file that is being fetched. */
function partSize(folder: string): number {
  const draft = join(folder, 'someone--small-coder.part');
  const part = existsSync(draft) && readdirSync(draft).find((name) => name.endsWith('.part'));
  return part ? statSync(join(draft, part)).size : 0;
}

test('a model is pulled, listed, verified, used by its name and removed', async () => {
  const { models, folder } = shelf(await openHub());
  const pulled = await models('pull', NAME);
  assert.deepEqual([pulled.code, pulled.value.downloaded, pulled.value.fillsIn], [0, true, true]);
  const { value } = await models('list');
  assert.deepEqual(
    value.models.map(({ name }: { name: string }) => name),
    ['sprout', NAME],
  );
  const [sprout, listed] = value.models;
  assert.deepEqual([sprout.licence, sprout.fillsIn, sprout.source], ['Apache-2.0', true, 'embedded']);
  assert.deepEqual(
    [listed.licence, listed.source, listed.path],
    ['apache-2.0', 'downloaded', join(folder, 'someone--small-coder')],
  );
  assert.ok(listed.need.memoryBytes > 2 * listed.parameters);
  assert.ok((await models('verify', NAME)).value.files.every(({ status }: { status: string }) => status === 'ok'));
  const { name, path, licence } = (await models('info', NAME)).value;
  assert.deepEqual([name, path, licence], [NAME, listed.path, 'apache-2.0']);
  appendFileSync(join(path, 'tokenizer.json'), ' ');
  const verified = await models('verify', NAME);
  assert.deepEqual([verified.code, verified.value.ok], [3, false]);
  assert.equal((await models('remove', NAME)).code, 2);
  assert.ok(existsSync(listed.path));
  assert.equal((await models('remove', NAME, '--yes')).code, 0);
  assert.deepEqual(readdirSync(folder), []);
});

test('an interrupt leaves no model, but what a later pull goes on with', {
  skip: process.platform === 'win32',
}, async () => {
  const server = await openHub();
  const { start, models, folder } = shelf(server);
  const { child, ended } = start('pull', NAME);
  server.fault = (seen, response, data) => {
    if (seen.server !== 'store') return false;
    response.writeHead(200, { 'content-length': data!.length }).write(data!.subarray(0, 1000));
    const watch = setInterval(() => {
      if (partSize(folder) < 1000) return;
      clearInterval(watch);
      child.kill('SIGINT');
    }, 10).unref();
    return true;
  };
  const { code, value } = await ended;
  assert.deepEqual([code, value.error.code], [130, 'cancelled']);
  server.fault = () => false;
  const listed = (await models('list')).value;
  assert.deepEqual(listed.models.length, 1);
  assert.deepEqual(
    listed.unfinished.map(({ name }: { name: string }) => name),
    [NAME],
  );
  const asked = server.downloads.length;
  assert.equal((await models('pull', NAME)).code, 0);
  assert.ok(server.downloads.slice(asked).some(({ range }) => range === 'bytes=1000-'));
  assert.equal((await models('list')).value.unfinished.length, 0);
});

test('a model outside of every store is added and taken off the shelf, not deleted', async () => {
  const { models } = shelf(await openHub());
  const put = await models('add', random.folder);
  assert.deepEqual([put.code, put.value.name], [0, 'random']);
  const added = (await models('list')).value.models[1];
  assert.deepEqual([added.name, added.source, added.path], ['random', 'added', random.folder]);
  assert.equal((await models('info', 'random')).code, 0);
  assert.deepEqual((await models('remove', 'random')).value, { removed: random.folder, deleted: false });
  assert.ok(existsSync(random.folder));
  assert.equal((await models('list')).value.models.length, 1);
  assert.equal((await models('add', scratchFolder())).value.error.code, 'model-invalid');
});

test('what another program has is not downloaded again, unless it lacks files', async () => {
  const server = await openHub();
  const { models, folder } = shelf(server);
  const snapshot = join(
    folder,
    '..',
    '..',
    '.cache',
    'huggingface',
    'hub',
    'models--someone--small-coder',
    'snapshots',
    'abc',
  );
  mkdirSync(snapshot, { recursive: true });
  for (const file of FILES) copyFileSync(join(random.folder, file), join(snapshot, file));
  const shared = (await models('pull', NAME)).value;
  assert.deepEqual([shared.downloaded, shared.source, shared.path], [false, 'huggingface', snapshot]);
  assert.deepEqual(server.seen, []);
  truncateSync(join(snapshot, 'model.safetensors'), 1000);
  const own = (await models('pull', NAME)).value;
  assert.deepEqual([own.downloaded, own.source], [true, 'downloaded']);
  assert.equal((await models('info', NAME)).value.path, own.path);
});

test('only what Coppice has downloaded is removed', async () => {
  const { models } = shelf(await openHub());
  assert.equal((await models('remove', 'sprout', '--yes')).value.error.code, 'usage');
  assert.equal((await models('remove', 'nothing', '--yes')).value.error.code, 'model-not-found');
  assert.equal((await models('remove', random.folder, '--yes')).value.error.code, 'model-not-found');
});

test('recommended models are those that the engine can run, with one for this GPU', async () => {
  const { models } = shelf(await openHub());
  const { value } = await models('recommend');
  const usable = value.models.filter(({ problem }: { problem?: string }) => problem === undefined);
  assert.ok(usable.length >= 8);
  assert.ok(usable.some(({ name }: { name: string }) => name === value.best));
  if (value.gpu?.adapter.software) assert.equal(value.best, 'qwen2.5-coder-0.5b');
});
