import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { cut, type Fault, fail } from './hub-server.ts';
import {
  assertNoModel,
  assertWhole,
  emptyShelf,
  onWeights,
  openHub,
  pullFrom,
  quick,
  ranges,
  WEIGHTS,
} from './pull-fixture.ts';

test('a connection that is cut is gone on with from where it was', async () => {
  const server = await openHub();
  server.fault = onWeights(({ range }, response, data) => cut(response, data!, range, 100_000), 2);
  const shelf = emptyShelf();
  await pullFrom(server, shelf);
  assertWhole(shelf, server);
  assert.equal(ranges(server).length, 3);
  assert.ok(
    ranges(server)
      .slice(1)
      .every((range) => /^bytes=[1-9]\d*-$/.test(range ?? '')),
  );
});

test('a download that was called off leaves no model, and is gone on with', async () => {
  const server = await openHub();
  server.fault = onWeights((_, response, data) => {
    response.writeHead(200, { 'content-length': data!.length }).write(data!.subarray(0, 100_000));
    return true;
  }, 1);
  const shelf = emptyShelf();
  const abort = new AbortController();
  const onProgress = (done: number) => done > 50_000 && abort.abort();
  await assert.rejects(pullFrom(server, shelf, { signal: abort.signal, onProgress }), /abort|cancel/i);
  assertNoModel(shelf);
  await pullFrom(server, shelf);
  assertWhole(shelf, server);
  assert.match(ranges(server)[1] ?? '', /^bytes=[1-9]\d*-$/);
});

test('files that came whole before the break are not fetched again', async () => {
  const server = await openHub();
  server.fault = onWeights((_, response) => fail(response, 404));
  const shelf = emptyShelf();
  await assert.rejects(pullFrom(server, shelf), { code: 'model-not-found' });
  const before = server.downloads.map(({ path }) => path);
  server.fault = () => false;
  await pullFrom(server, shelf);
  assertWhole(shelf, server);
  const after = server.downloads.slice(before.length).map(({ path }) => path);
  assert.ok(before.length > 3 && after.every((path) => /model\.safetensors|store/.test(path)));
});

test('a part of what has changed since is not used', async () => {
  const server = await openHub();
  server.fault = onWeights(({ range }, response, data) => cut(response, data!, range, 10_000));
  const shelf = emptyShelf();
  await assert.rejects(pullFrom(server, shelf), { code: 'hub-unreachable' });
  assertNoModel(shelf);
  server.commit('model.safetensors', randomBytes(200_000));
  server.fault = () => false;
  const asked = ranges(server).length;
  await pullFrom(server, shelf);
  assertWhole(shelf, server);
  assert.deepEqual(ranges(server).slice(asked), [undefined]);
});

/** An answer that goes on until somebody has had enough. */
function endless(response: ServerResponse): true {
  const more = () => response.destroyed || response.write(' '.repeat(2 ** 20), more);
  more();
  return true;
}

const CUT: Fault = ({ range }, response, data) => cut(response, data!, range, 50_000);

for (const [what, fault] of Object.entries<Fault>({
  'that ignores ranges': (_, response, data) => Boolean(response.writeHead(200).end(data)),
  'that refuses the range': (_, response) => Boolean(response.writeHead(416).end()),
  'that sends another range': (_, response, data) => {
    const headers = { 'content-range': `bytes 0-${data!.length - 1}/${data!.length}` };
    return Boolean(response.writeHead(206, headers).end(data));
  },
  'that says nothing': () => true,
  'that is in trouble': (_, response) => fail(response, 503),
  'that has had too many requests': (_, response) => fail(response, 429, undefined, { 'retry-after': '0' }),
  'that hangs up at once': (_, response) => Boolean(response.destroy()),
  'that ends too early': (_, response, data) => Boolean(response.writeHead(200).end(data!.subarray(0, 20_000))),
  'that sends too much': (_, response, data) => Boolean(response.writeHead(200).end(Buffer.concat([data!, data!]))),
  'that sends something else': (_, response) => Boolean(response.writeHead(200).end(randomBytes(WEIGHTS.length))),
})) {
  test(`from a server ${what}, once, the model comes whole`, async () => {
    const server = await openHub();
    let asked = 0;
    server.fault = onWeights((...seen) => (asked++ === 0 ? CUT(...seen) : fault(...seen)), 2);
    const shelf = emptyShelf();
    await pullFrom(server, shelf, { silenceMs: 300 });
    assertWhole(shelf, server);
  });
}

for (const [what, code, fault] of [
  ['that is cut at each try', 'hub-unreachable', (seen, response, data) => cut(response, data!, seen.range, 10)],
  ['that is in trouble', 'hub-unreachable', (_, response) => fail(response, 502)],
  ['that has no end', 'hub-invalid', (_, response) => endless(response)],
  ['with a wrong hash', 'download-damaged', (_, response) => Boolean(response.end(randomBytes(WEIGHTS.length)))],
  [
    'that is a web page',
    'hub-invalid',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in</html>');
      return true;
    },
  ],
  ['that is not there', 'model-not-found', (_, response) => fail(response, 404)],
  ['that is refused', 'hub-denied', (_, response) => fail(response, 403)],
  [
    'that is elsewhere and elsewhere',
    'hub-invalid',
    ({ path }, response) => Boolean(response.writeHead(302, { location: path }).end()),
  ],
  [
    'that is in a local file',
    'hub-invalid',
    (_, response) => Boolean(response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
  ],
] as [string, ErrorCode, Fault][]) {
  test(`a file ${what} is an error with a remedy, and no model`, async () => {
    const server = await openHub();
    server.fault = onWeights(fault);
    const shelf = emptyShelf();
    await assert.rejects(pullFrom(server, shelf), (error: { code: string; remedy: string }) => {
      assert.equal(error.code, code);
      return error.remedy.length > 10;
    });
    assertNoModel(shelf);
    server.fault = () => false;
    await pullFrom(server, shelf);
    assertWhole(shelf, server);
  });
}

test('whatever happens on the way, what comes is the model or nothing', async () => {
  const server = await openHub();
  const faults: Record<string, (at: number) => Fault> = {
    none: () => () => false,
    cut: (at) => (seen, response, data) => cut(response, data!, seen.range, at),
    early: (at) => (_, response, data) => Boolean(response.writeHead(200).end(data!.subarray(0, at))),
    changed: () => (_, response) => Boolean(response.end(randomBytes(WEIGHTS.length))),
    trouble: () => (_, response) => fail(response, 500),
    refused: () => (_, response) => Boolean(response.writeHead(416).end()),
    whole: () => (_, response, data) => Boolean(response.writeHead(200).end(data)),
  };
  const step = fc.record({ kind: fc.constantFrom(...Object.keys(faults)), at: fc.nat(WEIGHTS.length) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const left = [...steps];
      server.fault = onWeights((...seen) => {
        const next = left.shift();
        return next ? faults[next.kind]!(next.at)(...seen) : false;
      });
      const shelf = emptyShelf();
      await pullFrom(server, shelf).then(
        () => assertWhole(shelf, server),
        (error) => {
          assert.match(error.code, /^(hub|download)-/);
          assertNoModel(shelf);
        },
      );
    }),
    { numRuns: 25 },
  );
});

test('a server that asks for patience gets it, within reason', async () => {
  const server = await openHub();
  const busy =
    (seconds: string): Fault =>
    (_, response) =>
      fail(response, 429, undefined, { 'retry-after': seconds });
  server.fault = onWeights(busy('1'), 1);
  const started = performance.now();
  await pullFrom(server, emptyShelf());
  assert.ok(performance.now() - started > 900);
  server.fault = onWeights(busy('3600'));
  await assert.rejects(pullFrom(server, emptyShelf()), { code: 'hub-unreachable', remedy: /in 60 minutes/ });
});

test('what the hub says of a model is not believed', async () => {
  const server = await openHub();
  const shelf = emptyShelf();
  const edited = async (change: (entry: Record<string, unknown>) => void) => {
    server.edit = (entries) => {
      change(entries.find(({ path }) => path === 'model.safetensors')!);
      return entries;
    };
    await assert.rejects(pullFrom(server, shelf), { code: 'hub-invalid' });
    assertNoModel(shelf);
  };
  for (const path of [
    '../model.safetensors',
    '/etc/x.gguf',
    'a/../../b.gguf',
    'a\\..\\b.gguf',
    'C:x.gguf',
    '',
    'a\nb',
    7,
  ]) {
    await edited((entry) => Object.assign(entry, { path }));
  }
  for (const size of [-1, 1.5, 1e18, '5', null])
    await edited((entry) => Object.assign(entry, { size, lfs: undefined }));
  await edited((entry) => Object.assign(entry, { lfs: { oid: '../../../etc/passwd', size: 5 } }));
  for (const list of [{ error: 'no' }, [null], ['x'], 'x', 5]) {
    server.edit = () => list;
    await assert.rejects(pullFrom(server, shelf), (error: { code: string }) =>
      /^(hub-invalid|model-not-found)$/.test(error.code),
    );
  }
  assert.ok(server.downloads.length === 0);
});

test('answers of the hub that are web pages, or have no end, are errors', async () => {
  const server = await openHub();
  server.fault = (_, response) => Boolean(response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
  await assert.rejects(pullFrom(server, emptyShelf()), { code: 'hub-invalid', remedy: /proxy/ });
  server.fault = (_, response) => endless(response);
  await assert.rejects(pullFrom(server, emptyShelf()), { code: 'hub-invalid' });
});

test('content that is not what was listed just before is refused', async () => {
  const server = await openHub();
  const location = `${server.storeOrigin}/store/${createHash('sha256').update(WEIGHTS).digest('hex')}`;
  server.fault = ({ path }, response) =>
    path.endsWith('model.safetensors') &&
    Boolean(response.writeHead(302, { location, 'x-linked-etag': `"${'0'.repeat(64)}"` }).end());
  await assert.rejects(pullFrom(server, emptyShelf()), { code: 'hub-invalid', message: /has just listed/ });
});

test('where the disk has no room nothing is downloaded', async () => {
  const server = await openHub();
  const shelf = emptyShelf();
  await assert.rejects(pullFrom(server, shelf, { freeBytes: async () => 100_000 }), {
    code: 'disk-full',
    remedy: /Free .* GB/,
  });
  assert.deepEqual(server.downloads, []);
  assert.deepEqual(readdirSync(shelf), []);
});

test('a disk that fills up under way is an error, and no model', { skip: !existsSync('/dev/full') }, async () => {
  const server = await openHub();
  const shelf = emptyShelf();
  server.fault = onWeights(CUT, 6);
  await assert.rejects(pullFrom(server, shelf, { patience: { ...quick, tries: 1 } }), { code: 'hub-unreachable' });
  const draft = join(shelf, 'someone--small-coder.part');
  const part = readdirSync(draft).find((name) => /^model.*\.part$/.test(name))!;
  rmSync(join(draft, part));
  symlinkSync('/dev/full', join(draft, part));
  server.fault = () => false;
  await assert.rejects(pullFrom(server, shelf), { code: 'disk-full' });
  assertNoModel(shelf);
});

test('a machine that is offline is told so', async () => {
  const server = await openHub();
  const from = (environment: NodeJS.ProcessEnv) => pullFrom(server, emptyShelf(), { environment });
  await assert.rejects(from({ HF_HUB_OFFLINE: '1' }), { code: 'hub-unreachable', message: /HF_HUB_OFFLINE/ });
  await assert.rejects(from({ HF_ENDPOINT: 'http://127.0.0.1:1' }), { code: 'hub-unreachable', remedy: /HTTPS_PROXY/ });
  await assert.rejects(from({ HF_ENDPOINT: 'nonsense' }), { code: 'hub-unreachable', message: /HF_ENDPOINT/ });
  await assert.rejects(from({ HTTP_PROXY: 'nonsense://' }), { code: 'hub-unreachable' });
  assert.deepEqual(server.seen, []);
});
