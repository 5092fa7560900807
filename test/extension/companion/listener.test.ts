import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, test } from 'node:test';
import type { ContestProblem } from '../../../src/core/contest/problem.ts';
import { CompanionListener } from '../../../src/extension/companion/listener.ts';

const came: ContestProblem[] = [];
const refused: string[] = [];
const listener = await CompanionListener.start(
  (problem) => came.push(problem),
  (why) => refused.push(why),
  0,
);
after(() => listener.dispose());
const { port } = listener;

const PROBLEM = { name: 'A. Sum', interactive: false, tests: [{ input: '1 2\n', output: '3\n' }] };

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  chunked?: boolean;
}

/** Sends what no browser would let a page send, too. */
function send({ method = 'POST', path = '/', headers = {}, body = JSON.stringify(PROBLEM), chunked }: Sent = {}) {
  return new Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }>((resolve, reject) => {
    const length = chunked ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const all = { 'content-type': 'application/json', host: `localhost:${port}`, ...length, ...headers };
    const sent = request({ host: '127.0.0.1', port, method, path, headers: all }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode!, text, headers: response.headers });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('a problem is taken from a browser extension, and from a program that says nothing of a page', async () => {
  for (const headers of [
    {},
    { origin: 'chrome-extension://cjnmckjndlpiamhfimnnjmnckgghkjbl' },
    { origin: 'moz-extension://0c2f9d6c-1ad0-4c2c-9f7a-0d9b5a0b1c2d', host: `127.0.0.1:${port}` },
    { 'content-type': 'application/json; charset=utf-8' },
  ]) {
    came.length = 0;
    assert.equal((await send({ headers })).status, 200, JSON.stringify(headers));
    assert.deepEqual(
      came.map(({ name, samples }) => [name, samples.length]),
      [['A. Sum', 1]],
    );
  }
});

test('no page is listened to, whatever name leads to this machine', async () => {
  came.length = 0;
  const status = async (sent: Sent) => (await send(sent)).status;
  assert.equal(await status({ headers: { host: 'evil.example:27121' } }), 403);
  assert.equal(await status({ headers: { host: 'localhost.evil.example' } }), 403);
  assert.equal(await status({ headers: { host: 'localhost' } }), 403);
  for (const origin of ['https://evil.example', `http://localhost:${port}`, 'null', 'file://', 'x-extension://a/b']) {
    assert.equal(await status({ headers: { origin } }), 403, origin);
  }
  const preflight = await send({ method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
  assert.equal(preflight.status, 403);
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  // What a form of a page could send without being asked.
  assert.equal(await status({ headers: { 'content-type': 'text/plain' } }), 415);
  assert.equal(await status({ method: 'GET' }), 405);
  assert.equal(await status({ path: '/other' }), 404);
  assert.deepEqual(came, []);
  assert.match(refused.join('\n'), /evil\.example/);
});

test('what is no problem, or too much, is refused with the reason', async () => {
  came.length = 0;
  assert.equal((await send({ body: '{' })).status, 400);
  const guess = await send({ body: JSON.stringify({ ...PROBLEM, interactive: true }) });
  assert.equal(guess.status, 400);
  assert.match(guess.text, /interactive/);
  const long = Buffer.alloc(17 * 1024 ** 2, ' ');
  const tooMuch = async (sent: Sent) => (await send(sent).catch(() => ({ status: 413 }))).status;
  assert.equal(await tooMuch({ body: long }), 413);
  assert.equal(await tooMuch({ body: long, chunked: true }), 413);
  assert.deepEqual(came, []);
  assert.equal((await send()).status, 200, 'it goes on listening');
});

test('nothing but the loopback interface leads to it', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      const socket = connect({ host: address, port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(undefined);
      });
      socket.once('error', resolve);
    });
    assert.equal(error?.code, 'ECONNREFUSED', address);
  }
});

test('only one can listen, and when it has stopped the next one can', async () => {
  const first = await CompanionListener.start(() => {}, undefined, 0);
  const again = () => CompanionListener.start(() => {}, undefined, first.port);
  await assert.rejects(again(), { code: 'EADDRINUSE' });
  const { port: same } = first;
  first.dispose();
  const second = await CompanionListener.start(() => {}, undefined, same);
  assert.equal(second.port, same);
  second.dispose();
});
