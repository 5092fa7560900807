import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PromptFiles } from '../../../src/run/context/prompt-files.ts';
import { scratchFolder } from '../scratch.ts';

async function why(files: PromptFiles, path: string): Promise<string | undefined> {
  const file = await files.read(path);
  return file?.kind === 'refused' ? file.why : undefined;
}

test('a file is read with plain line breaks, its unsaved buffer first', async () => {
  const folder = scratchFolder({ 'a.py': '\uFEFFx = 1\r\ny = 2\r\n', 'b.py': 'old\n' });
  const files = new PromptFiles(folder, { overlays: [{ path: 'b.py', text: 'new\n' }] });
  assert.equal(await files.text('a.py'), 'x = 1\ny = 2\n');
  assert.equal(await files.text('b.py'), 'new\n');
  assert.equal(await files.read('c.py'), undefined);
});

test('what git ignores is refused, by the rules of the repository, the folders and the user', async () => {
  const folder = scratchFolder({
    '.git/info/exclude': 'mine.py\n',
    '.gitignore': '/out\n*.gen.py\n!keep.gen.py\nsub/deep\n',
    'sub/.gitignore': 'local.py\n!b.gen.py\n',
    ...Object.fromEntries(
      ['out/a.py', 'a.gen.py', 'keep.gen.py', 'mine.py', 'sub/local.py', 'sub/b.gen.py', 'sub/c.py', 'local.py']
        .concat('sub/deep/d.py', 'node_modules/p/index.js', 'hidden/e.py', 'sub/package/f.gen.py')
        .map((path) => [path, 'x = 1\n']),
    ),
    'sub/deep/.gitignore': '!d.py\n',
  });
  const files = new PromptFiles(folder, { excluded: ['**/hidden'] });
  const refused: Record<string, string | undefined> = {};
  for (const path of ['out/a.py', 'a.gen.py', 'mine.py', 'sub/local.py', 'sub/deep/d.py'])
    refused[path] = await why(files, path);
  assert.deepEqual(refused, {
    'out/a.py': 'it is ignored by .gitignore',
    'a.gen.py': 'it is ignored by .gitignore',
    'mine.py': 'it is ignored by .git/info/exclude',
    'sub/local.py': 'it is ignored by .gitignore',
    'sub/deep/d.py': 'it is ignored by .gitignore',
  });
  assert.equal(await why(files, 'hidden/e.py'), 'it is ignored by files.exclude');
  assert.equal(await why(files, 'node_modules/p/index.js'), 'it is ignored by Coppice');
  for (const path of ['keep.gen.py', 'sub/b.gen.py', 'sub/c.py', 'local.py'])
    assert.equal(await files.text(path), 'x = 1\n', path);
  // The workspace may be a folder deep inside the repository.
  assert.equal(await why(new PromptFiles(join(folder, 'sub/package')), 'f.gen.py'), 'it is ignored by .gitignore');
});

test('secrets, links that lead out, large files and data are refused', async () => {
  const key = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
  const outside = scratchFolder({ 'b.py': 'x = 1\n' });
  const folder = scratchFolder({
    '.env': 'A=1\n',
    'settings.py': `TOKEN = "${key}"\n`,
    'large.py': `${'x = 1\n'.repeat(40_000)}`,
    'data.py': 'x = "\0"\n',
    'a.py': 'x = 1\n',
  });
  symlinkSync(join(outside, 'b.py'), join(folder, 'out.py'));
  symlinkSync(join(folder, '.env'), join(folder, 'env.py'));
  symlinkSync(join(folder, 'a.py'), join(folder, 'same.py'));
  const files = new PromptFiles(folder, { overlays: [{ path: 'new.py', text: `TOKEN = "${key}"\n` }] });
  assert.match((await why(files, '.env'))!, /name is that of a file with secrets/);
  assert.match((await why(files, 'settings.py'))!, /looks like a secret/);
  assert.match((await why(files, 'new.py'))!, /looks like a secret/);
  assert.match((await why(files, 'large.py'))!, /larger than 128 KiB/);
  assert.match((await why(files, 'data.py'))!, /not text/);
  assert.match((await why(files, 'out.py'))!, /link/);
  assert.match((await why(files, 'env.py'))!, /link/);
  assert.match((await why(files, '../b.py'))!, /outside/);
  assert.match((await why(files, join(outside, 'b.py')))!, /outside/);
  assert.equal(await files.text('same.py'), 'x = 1\n');
});
