import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import { lines, TestJudge, Workspace, without, withoutBackend } from './workspace.ts';

/** Packages of JavaScript with what is installed at the top, where a package manager has linked them too. */
const JAVASCRIPT = {
  'package.json': '{"private": true, "workspaces": ["packages/*"]}',
  'packages/a/package.json': '{"name": "@mono/a", "type": "module", "exports": "./index.js"}',
  'packages/a/index.js': "export function one() {\n  throw new Error('not yet');\n}\n",
  'packages/a/index.test.js': lines(
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import two from 'two';",
    "import { one } from './index.js';",
    "test('of its own', () => assert.equal(one(), two - 1));",
  ),
  'packages/b/package.json': '{"name": "@mono/b", "type": "module", "dependencies": {"@mono/a": "*"}}',
  'packages/b/b.test.js': lines(
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { one } from '@mono/a';",
    "test('of another package', () => assert.equal(one(), 1));",
  ),
  'node_modules/two/package.json': '{"name": "two", "main": "index.js"}',
  'node_modules/two/index.js': 'module.exports = 2;\n',
};
const LINKS = { 'node_modules/@mono/a': '../../packages/a', 'node_modules/@mono/b': '../../packages/b' };

const ADD = 'def add(a, b):\n    raise NotImplementedError\n';
const [PYTEST, UNITTEST] = [
  lines('from calc.add import add', 'def test_add():', '    assert add(1, 2) == 3'),
  lines(
    'import unittest',
    'from calc.add import add',
    'class T(unittest.TestCase):',
    '    def test_add(self):',
    '        self.assertEqual(add(1, 2), 3)',
  ),
];
const PROJECT = '[project]\nname = "calc"\n';

/** A Python package in one of the folders, in the ways in which it may lie there. */
const PYTHON: Record<string, { path: string; files: Record<string, string> }> = {
  'pytest and src, by its settings': {
    path: 'packages/x/src/calc/add.py',
    files: {
      'packages/x/pyproject.toml': '[tool.pytest.ini_options]\npythonpath = ["src"]\n',
      'packages/x/tests/test_add.py': PYTEST,
    },
  },
  'pytest and src, without settings for it': {
    path: 'packages/x/src/calc/add.py',
    files: { 'packages/x/pyproject.toml': PROJECT, 'packages/x/tests/test_add.py': PYTEST },
  },
  'pytest, started where the package is': {
    path: 'packages/x/calc/add.py',
    files: { 'packages/x/tests/test_add.py': PYTEST },
  },
  'unittest, started where the package is': {
    path: 'packages/x/calc/add.py',
    files: { 'packages/x/setup.py': '', 'packages/x/tests/unit/test_add.py': UNITTEST },
  },
  'unittest and src': {
    path: 'packages/x/src/calc/add.py',
    files: { 'packages/x/pyproject.toml': PROJECT, 'packages/x/tests/test_add.py': UNITTEST },
  },
};

for (const backend of ['bubblewrap', 'namespaces', 'none'] satisfies SandboxBackend[]) {
  const missing = await withoutBackend(backend);
  describe(`a monorepo under ${backend}`, { skip: missing, timeout: 120_000 }, () => {
    const open = (workspace: Workspace, path: string, judge: TestJudge) => judge.open(workspace, path, { slots: 1 });

    test('tests a package by its own tests and by those of the packages that are linked to it', async () => {
      using workspace = new Workspace(JAVASCRIPT);
      for (const [path, target] of Object.entries(LINKS)) {
        mkdirSync(dirname(join(workspace.root, path)), { recursive: true });
        symlinkSync(target, join(workspace.root, path));
      }
      const before = workspace.hash();
      using judge = new TestJudge(backend);
      const { session, plan } = await open(workspace, 'packages/a/index.js', judge);
      assert.deepEqual(plan, { kind: 'node-test', files: ['packages/a/index.test.js', 'packages/b/b.test.js'] });
      for (const [value, status] of [
        [1, 'passed'],
        [2, 'failed'],
        [1, 'passed'],
      ] as const) {
        const left =
          "import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('left', import.meta.url), 'x');\n";
        const report = await judge.report(
          session,
          `${left}export function one() {\n  return ${value};\n}\n// ${status}`,
        );
        assert.deepEqual(
          report.cases.map((each) => each.status),
          [status, status],
          JSON.stringify(report.cases),
        );
      }
      assert.equal(workspace.hash(), before, 'the packages of the user are as they were');
    });

    for (const [name, { path, files }] of Object.entries(PYTHON)) {
      const skip = name.startsWith('pytest') ? without.pytest : without.python;
      test(`tests a package of Python with ${name}`, { skip }, async () => {
        const init = `${dirname(path)}/__init__.py`;
        using workspace = new Workspace({ 'package.json': '{}', [init]: '', [path]: ADD, ...files });
        using judge = new TestJudge(backend);
        const { session } = await open(workspace, path, judge);
        const verdict = async (sum: string) =>
          (await judge.report(session, `def add(a, b):\n    return ${sum}\n`)).verdict;
        assert.deepEqual([await verdict('a + b'), await verdict('a - b')], ['passed', 'failed']);
      });
    }
  });
}
