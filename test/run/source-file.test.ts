import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSourceFile, workspaceOf } from '../../src/run/source-file.ts';
import { scratchFolder } from './scratch.ts';

test('the workspace of a file is the nearest folder with a project file', () => {
  const folder = scratchFolder({
    'pyproject.toml': '',
    'pkg/package.json': '{}',
    'pkg/src/deep/a.ts': '',
    'lib/b.py': '',
  });
  assert.equal(workspaceOf(join(folder, 'pkg/src/deep/a.ts')), join(folder, 'pkg'));
  assert.equal(workspaceOf(join(folder, 'lib/b.py')), folder);
});

test('line breaks and byte order mark of a file survive a change', async () => {
  const folder = scratchFolder({ 'a.py': '\uFEFFx = 1\r\ny = 2\r\n' });
  const source = await readSourceFile(folder, 'a.py');
  assert.equal(source.text, 'x = 1\ny = 2\n');
  assert.equal(source.asWritten('x = 1\n'), '\uFEFFx = 1\r\n');
});

test('an unsaved buffer stands for its file', async () => {
  const folder = scratchFolder({ 'src/a.py': 'saved' });
  const source = await readSourceFile(folder, join(folder, 'src/a.py'), [{ path: 'src/a.py', text: 'unsaved' }]);
  assert.equal(source.text, 'unsaved');
  assert.equal(source.path, 'src/a.py');
});

test('files outside of the workspace, missing ones and unknown languages are refused', async () => {
  const folder = scratchFolder({ 'a.txt': '' });
  await assert.rejects(readSourceFile(folder, '../a.py'), { code: 'file-not-found' });
  await assert.rejects(readSourceFile(folder, 'missing.py'), { code: 'file-not-found' });
  await assert.rejects(readSourceFile(folder, 'a.txt'), { code: 'language-unsupported' });
});
