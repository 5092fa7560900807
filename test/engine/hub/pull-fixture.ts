import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { RemoteModel } from '../../../src/core/protocol.ts';
import { PATIENCE } from '../../../src/engine/hub/patience.ts';
import { type PullOptions, pull } from '../../../src/engine/hub/pull.ts';
import { type Fault, HubServer } from './hub-server.ts';

const CONFIG = JSON.stringify({
  ...{ architectures: ['Qwen2ForCausalLM'], hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2 },
  ...{ intermediate_size: 16, vocab_size: 10, max_position_embeddings: 64 },
});
export const WEIGHTS = randomBytes(300_000);
export const FOLDER = {
  'README.md': '# small',
  'config.json': CONFIG,
  'tokenizer.json': '{}',
  'model.safetensors': WEIGHTS,
};
export const MODEL = { repository: 'someone/small-coder' };
export const quick = { ...PATIENCE, pauseMs: 1, longestMs: 4 };

/** A hub that ends with the test file. */
export async function openHub(files: Record<string, Buffer | string> = FOLDER): Promise<HubServer> {
  const server = await HubServer.open(files);
  after(() => server.dispose());
  return server;
}

export function emptyShelf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coppice-hub-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'models');
}

/** As a caller pulls, from that server. */
export function pullFrom(
  server: HubServer,
  shelf: string,
  options: Omit<PullOptions, 'environment'> & {
    model?: RemoteModel;
    environment?: NodeJS.ProcessEnv;
    signal?: AbortSignal;
    onProgress?: (done: number, total: number) => void;
  } = {},
) {
  const { model = MODEL, environment, signal = new AbortController().signal, onProgress = () => {}, ...rest } = options;
  const context = { signal, onProgress: (_: string, done: number, total: number) => onProgress(done, total) };
  const settings = { HF_ENDPOINT: server.endpoint, HOME: '/nowhere', ...environment };
  return pull(model, shelf, context, { patience: quick, silenceMs: 5000, ...rest, environment: settings });
}

/** That the model is there, whole, and nothing else is. */
export function assertWhole(shelf: string, server: HubServer): void {
  assert.deepEqual(readdirSync(shelf), ['someone--small-coder']);
  const folder = join(shelf, 'someone--small-coder');
  assert.deepEqual(readdirSync(folder).sort(), [...Object.keys(FOLDER), 'manifest.json'].sort());
  for (const [path, data] of server.files) assert.deepEqual(readFileSync(join(folder, path)), data);
}

/** That no model is there, at most what a later pull goes on with. */
export function assertNoModel(shelf: string): void {
  const left = existsSync(shelf) ? readdirSync(shelf) : [];
  assert.deepEqual(
    left.filter((name) => name !== 'someone--small-coder.part'),
    [],
  );
}

/** What is wrong with the first `times` requests for the weights' content. */
export function onWeights(fault: Fault, times = Number.POSITIVE_INFINITY): Fault {
  let left = times;
  return (seen, response, data) => seen.path.startsWith('/store/') && left-- > 0 && fault(seen, response, data);
}

export const ranges = (server: HubServer) =>
  server.downloads.filter(({ server }) => server === 'store').map(({ range }) => range);
