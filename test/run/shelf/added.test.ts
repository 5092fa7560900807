import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rememberModel } from '../../../src/run/shelf/added.ts';
import { modelAt } from '../../../src/run/shelf/shelf.ts';
import { scratchFolder } from '../scratch.ts';

test('a model whose list has no place is not added, and the user hears what to do', async () => {
  const file = join(scratchFolder(), 'file');
  writeFileSync(file, '');
  const environment = { COPPICE_CACHE: join(file, 'cache') };
  await assert.rejects(rememberModel('/models/x', environment), {
    code: 'disk-unwritable',
    remedy: /COPPICE_CACHE/,
  });
});

test('what is no model is told from what is not there', async () => {
  const folder = scratchFolder();
  const text = join(folder, 'notes.txt');
  writeFileSync(text, '');
  for (const path of [folder, text]) {
    await assert.rejects(modelAt(path), { code: 'model-invalid', message: `${path} is no model.` });
  }
  await assert.rejects(modelAt(join(folder, 'none')), { code: 'model-not-found' });
  const gguf = join(folder, 'model.gguf');
  writeFileSync(gguf, '');
  assert.equal(await modelAt(gguf), gguf);
});
