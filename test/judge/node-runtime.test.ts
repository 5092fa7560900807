import assert from 'node:assert/strict';
import { chmodSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { findNode } from '../../src/judge/runtime/node.ts';
import { scratchFolder } from '../run/scratch.ts';

const skip = process.platform === 'win32';

/** With a `node` of its own in front of the PATH. */
function withNode<T>(script: string, use: (folder: string) => T): T {
  const folder = scratchFolder();
  const { PATH } = process.env;
  const program = join(folder, 'node');
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  try {
    return use(folder);
  } finally {
    process.env.PATH = PATH;
  }
}

test('behind the script of a version manager is the Node that it starts', { skip }, () => {
  withNode(`#!/bin/sh\nexec '${process.execPath}' "$@"\n`, (folder) => {
    const { path, version, readable } = findNode();
    assert.equal(realpathSync(path), realpathSync(process.execPath));
    assert.equal(version, process.versions.node);
    assert.ok(!readable.some((each) => each.startsWith(folder)), readable.join(' '));
  });
});

test('a Node that is too old or does not start is passed over', { skip }, () => {
  for (const script of ['#!/bin/sh\nexit 1\n', `#!/bin/sh\necho '{"path":"/old","version":"18.20.0"}'\n`]) {
    withNode(script, () => assert.equal(findNode().version, process.versions.node));
  }
});
