import assert from 'node:assert/strict';
import { chmodSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { CoppiceError } from '../../src/core/errors.ts';
import { findNode } from '../../src/judge/runtime/node.ts';
import { probeNode } from '../../src/judge/runtime/probe.ts';
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

test('a Node that runs no TypeScript is found, with what it can not do and what to do about it', { skip }, () => {
  assert.deepEqual(probeNode(), { name: 'node', found: true, version: process.versions.node, path: findNode().path });

  withNode(`#!/bin/sh\necho '{"path":"/bin/sh","version":"20.20.2"}'\n`, () => {
    const other = findNode({ typescript: true });
    const { version, note, remedy } = probeNode();
    assert.deepEqual([version, remedy], ['20.20.2', undefined]);
    assert.equal(note, `tests in TypeScript run with ${other.version} at ${other.path}`);

    const alone: typeof findNode = ({ typescript } = { typescript: false }) => {
      if (typescript) throw new CoppiceError('runtime-missing', 'none', 'Install it.');
      return findNode();
    };
    const row = probeNode(alone);
    assert.deepEqual([row.found, row.version, row.remedy], [true, '20.20.2', 'Install it.']);
    assert.match(row.note!, /JavaScript only/);
  });
});
