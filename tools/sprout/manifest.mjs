#!/usr/bin/env node
/**
 * Writes `manifest.json` beside a model's files, with the size and SHA-256 of each: what `coppice models verify`
 * compares with.
 *
 *   node tools/sprout/manifest.mjs [FOLDER]      default: models/sprout
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the engine reads; `heldout.jsonl`, the results and the model card are about the model and not of it. */
const MODEL_FILES = /^(config|generation_config|tokenizer|tokenizer_config)\.json$|\.safetensors(\.index\.json)?$/;

const folder = process.argv[2] ?? fileURLToPath(new URL('../../models/sprout', import.meta.url));
const names = (await readdir(folder)).filter((name) => MODEL_FILES.test(name)).sort();
const entries = names.map(async (name) => {
  const content = await readFile(join(folder, name));
  return [name, { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }];
});
const files = Object.fromEntries(await Promise.all(entries));
await writeFile(join(folder, 'manifest.json'), `${JSON.stringify({ files, licence: 'Apache-2.0' }, null, 2)}\n`);
console.log(`${join(folder, 'manifest.json')}: ${names.join(', ')}`);
