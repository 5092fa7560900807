import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GGMLQuantizationType } from '@huggingface/gguf';
import { readGguf } from '../../../src/engine/weights/model-source.ts';
import { ggufBytes, randomGguf } from '../weights/gguf-files.ts';
import { fail } from './hub-server.ts';
import { assertWhole, emptyShelf, FOLDER, MODEL, openHub, pullFrom, ranges, WEIGHTS } from './pull-fixture.ts';

test('a model comes whole, checked, with what it is known by; asked for again, it is there', async () => {
  const server = await openHub({ ...FOLDER, 'pytorch_model.bin': 'x'.repeat(2000), 'figures/a.png': 'x' });
  const shelf = emptyShelf();
  const told: number[] = [];
  const first = await pullFrom(server, shelf, { onProgress: (done, total) => told.push(done / total) });
  for (const odd of ['pytorch_model.bin', 'figures/a.png']) server.files.delete(odd);
  assertWhole(shelf, server);
  assert.equal(first.path, join(shelf, 'someone--small-coder'));
  assert.deepEqual([first.downloaded, first.revision, first.licence], [true, server.revision, 'apache-2.0']);
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  assert.equal(told.at(-1), 1);
  const manifest = JSON.parse(readFileSync(join(first.path, 'manifest.json'), 'utf8'));
  assert.equal(manifest.files['model.safetensors'].bytes, WEIGHTS.length);
  assert.match(manifest.files['config.json'].sha256, /^[0-9a-f]{64}$/);
  const asked = server.downloads.length;
  assert.equal((await pullFrom(server, shelf)).downloaded, false);
  assert.equal(server.downloads.length, asked);
});

test('a GGUF file is found by its quantization, by its path, or as the usual one', async () => {
  const files = ['Q4_K_M', 'Q8_0'].map((type) => [`small-coder-${type}.gguf`, randomBytes(2000)] as const);
  const server = await openHub({ ...Object.fromEntries(files), 'mmproj-Q8_0.gguf': 'eyes', 'README.md': '' });
  const shelf = emptyShelf();
  const path = (type: string) =>
    join(shelf, `someone--small-coder--small-coder-${type}.gguf`, `small-coder-${type}.gguf`);
  const pulled = async (wanted: object) => (await pullFrom(server, shelf, { model: { ...MODEL, ...wanted } })).path;
  assert.equal(await pulled({ quantization: 'q8_0' }), path('Q8_0'));
  assert.equal(await pulled({ file: 'small-coder-Q8_0.gguf' }), path('Q8_0'));
  assert.equal(await pulled({}), path('Q4_K_M'));
  assert.deepEqual(readFileSync(path('Q8_0')), files[1]![1]);
  await assert.rejects(pulled({ quantization: 'Q2_K' }), { code: 'model-not-found', remedy: /small-coder-Q8_0\.gguf/ });
  await assert.rejects(pulled({ file: 'mmproj-Q8_0.gguf' }), { code: 'model-not-found' });
});

test('the token goes to the hub and to nobody else', async () => {
  const server = await openHub();
  await pullFrom(server, emptyShelf(), { environment: { HF_TOKEN: 'hf_secret' } });
  assert.ok(
    server.seen.filter(({ server }) => server === 'hub').every((seen) => seen.authorization === 'Bearer hf_secret'),
  );
  const elsewhere = server.seen.filter(({ server }) => server === 'store');
  assert.ok(elsewhere.length > 0 && elsewhere.every((seen) => seen.authorization === undefined));
});

test('a next page on another server does not get the token either', async () => {
  const server = await openHub();
  server.fault = (seen, response) => {
    if (!seen.path.includes('/tree/')) return false;
    const link = `<${server.storeOrigin}/more>; rel="next"`;
    response.writeHead(200, { link }).end('[]');
    return true;
  };
  await assert.rejects(pullFrom(server, emptyShelf(), { environment: { HF_TOKEN: 'hf_secret' } }));
  assert.deepEqual(
    server.seen.filter(({ server }) => server === 'store').map(({ path, authorization }) => [path, authorization]),
    [['/more', undefined]],
  );
});

test('a newer commit takes the place of the model that is there', async () => {
  const server = await openHub();
  const shelf = emptyShelf();
  await pullFrom(server, shelf);
  server.commit('tokenizer.json', Buffer.from('{"new": 1}'));
  assert.equal((await pullFrom(server, shelf)).downloaded, true);
  assertWhole(shelf, server);
  assert.equal(ranges(server).length, 1, 'the weights are as they were');
  server.commit('model.safetensors', randomBytes(5000));
  server.fault = ({ path }, response) => path.includes('/resolve/') && fail(response, 403);
  await assert.rejects(pullFrom(server, shelf), { code: 'hub-denied' });
  assert.deepEqual(readdirSync(shelf), ['someone--small-coder'], 'the old one stays');
  server.fault = () => false;
  await pullFrom(server, shelf);
  assertWhole(shelf, server);
});

test('a model that is gated, private or not there says what to do', async () => {
  const server = await openHub();
  const refused = async (status: number, code: string, environment: NodeJS.ProcessEnv) => {
    server.fault = (_, response) => fail(response, status, code);
    return pullFrom(server, emptyShelf(), { environment }).catch((error) => error);
  };
  const token = { HF_TOKEN: 'hf_secret' };
  const gated = await refused(401, 'GatedRepo', {});
  assert.equal(gated.code, 'hub-denied');
  assert.ok(gated.remedy.includes(`${server.endpoint}/someone/small-coder`) && gated.remedy.includes('HF_TOKEN'));
  assert.match((await refused(403, 'GatedRepo', token)).remedy, /token of an account that has/);
  assert.match((await refused(401, 'RepoNotFound', {})).message, /There is no someone\/small-coder, or/);
  assert.equal((await refused(401, 'RepoNotFound', token)).code, 'model-not-found');
  const missing = await refused(404, 'RepoNotFound', {});
  assert.equal(missing.code, 'model-not-found');
  assert.match(missing.message, /^127\.0\.0\.1:\d+ has no someone\/small-coder\.$/);
  for (const repository of ['small-coder', '../x/y', 'a/b/c', 'someone/..', 'someone/small coder', 'https://x/y']) {
    await assert.rejects(pullFrom(server, emptyShelf(), { model: { repository } }), { code: 'model-not-found' });
  }
});

test('an architecture that the engine does not have is refused before the weights come', async () => {
  const server = await openHub({ ...FOLDER, 'config.json': '{"architectures": ["BertModel"]}' });
  const shelf = emptyShelf();
  await assert.rejects(pullFrom(server, shelf), { code: 'model-unsupported' });
  assert.deepEqual(readdirSync(shelf), []);
  assert.deepEqual(ranges(server), []);
});

test('so is one of a GGUF file, once its head is here', async () => {
  const data = randomBytes(2 ** 20);
  const file = Buffer.from(
    ggufBytes({ 'general.architecture': ['text', 'bert'] }, { x: { sides: [2 ** 18], type: 0, data } }),
  );
  const server = await openHub({ 'bert-Q8_0.gguf': file });
  server.fault = ({ server: from }, response) => {
    if (from !== 'store') return false;
    // The rest never comes.
    response.writeHead(200, { 'content-length': file.length }).write(file.subarray(0, 100_000));
    return true;
  };
  const shelf = emptyShelf();
  await assert.rejects(pullFrom(server, shelf, { headBytes: 4096 }), { code: 'model-unsupported', message: /bert/ });
  assert.deepEqual(readdirSync(shelf), []);
});

test('a GGUF model that the engine has comes whole', async () => {
  const file = Buffer.from(randomGguf('llama', GGMLQuantizationType.Q8_0, 1));
  const server = await openHub({ 'small-Q8_0.gguf': file });
  const { path } = await pullFrom(server, emptyShelf(), { headBytes: 20_000 });
  assert.deepEqual(readFileSync(path), file);
  assert.equal((await readGguf(path)).config.architecture, 'LlamaForCausalLM');
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['manifest.json', 'small-Q8_0.gguf']);
});

test('a split GGUF file is refused', async () => {
  const server = await openHub({ 'a-Q4_K_M-00001-of-00002.gguf': 'x', 'a-Q4_K_M-00002-of-00002.gguf': 'y' });
  await assert.rejects(pullFrom(server, emptyShelf()), { code: 'model-unsupported', remedy: /llama-gguf-split/ });
});

test('requests go through the proxy of the environment, but for those that NO_PROXY names', async () => {
  const server = await openHub();
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url }, socket) => {
    tunnels.push(url ?? '');
    const [host, port] = (url ?? '').split(':');
    const onward = connect(Number(port), host, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    onward.pipe(socket).pipe(onward);
    for (const each of [onward, socket]) each.on('error', () => {});
  });
  proxy.listen(0, '127.0.0.1');
  after(() => void proxy.close());
  await new Promise((resolve) => proxy.once('listening', resolve));
  const environment = { http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  const shelf = emptyShelf();
  await pullFrom(server, shelf, { environment });
  assertWhole(shelf, server);
  const hosts = [server.endpoint, server.storeOrigin].map((origin) => new URL(origin).host);
  assert.deepEqual([...new Set(tunnels)].sort(), hosts.sort());
  tunnels.length = 0;
  await pullFrom(server, emptyShelf(), { environment: { ...environment, no_proxy: '127.0.0.1' } });
  assert.deepEqual(tunnels, []);
});

test('a model is downloaded by one process at a time', async () => {
  const server = await openHub();
  const shelf = emptyShelf();
  mkdirSync(shelf);
  writeFileSync(join(shelf, 'someone--small-coder.lock'), String(process.ppid));
  await assert.rejects(pullFrom(server, shelf), { code: 'download-running' });
  // No process has this one: ids end below it.
  writeFileSync(join(shelf, 'someone--small-coder.lock'), String(2 ** 30));
  await pullFrom(server, shelf);
  assertWhole(shelf, server);
});
