import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FrameworkName } from '../../src/core/protocol.ts';
import type { Isolation } from '../../src/core/report.ts';
import { lines, TestJudge, Workspace, withoutBackend } from './workspace.ts';

const INSTALLED = process.env.COPPICE_JAVASCRIPT_FRAMEWORKS;
const skip =
  INSTALLED === undefined
    ? 'jest, vitest and mocha are not installed for the tests: `npm run test:integration` does it'
    : (await withoutBackend('bubblewrap')) && (await withoutBackend('namespaces'));
const judge = new TestJudge();
after(() => judge[Symbol.dispose]());

interface Project {
  files: Record<string, string>;
  path: string;
}

/** Asks of candidates that pass where their tests share a process what is said of them otherwise. */
async function opened({ files, path }: Project, name: FrameworkName) {
  const workspace = new Workspace({ [path]: '', ...files });
  const packages = join(INSTALLED!, 'node_modules');
  if (spawnSync('cp', ['-al', packages, workspace.root]).status !== 0)
    spawnSync('cp', ['-a', packages, workspace.root]);
  const { session, plan } = await judge.open(workspace, path, { slots: 1, timeoutMs: 20_000 });
  assert.equal(plan.kind, name);
  return {
    async isolationOf(...text: string[]): Promise<Isolation> {
      const report = await judge.report(session, lines(...text));
      assert.equal(report.verdict, 'passed', JSON.stringify(report));
      return (await judge.ask({ kind: 'isolate', session, text: lines(...text) })).isolation;
    },
    async [Symbol.asyncDispose]() {
      await judge.ask({ kind: 'close', session });
      workspace[Symbol.dispose]();
    },
  };
}

const ASSERT = "import assert from 'node:assert/strict';";
const MODULE = '"type": "module"';

const PROJECTS: Partial<Record<FrameworkName, Project>> = {
  vitest: {
    path: 'src/work.ts',
    files: {
      'package.json': `{${MODULE}, "scripts": {"test": "vitest run"}}`,
      'test/work.test.ts': lines(
        "import { expect, test, vi } from 'vitest';",
        "import { each, work } from '../src/work';",
        "test('none', () => expect(work('')).toEqual(0));",
        "test('two', () => expect([work('a  b')]).toEqual([2]));",
        "test('each', () => { const seen = vi.fn(); each([1], seen); expect(seen).toHaveBeenCalledWith(1); });",
      ),
    },
  },
  jest: {
    path: 'src/work.js',
    files: {
      'package.json': '{"scripts": {"test": "jest"}}',
      'test/work.test.js': lines(
        "const { each, work } = require('../src/work');",
        "test('none', () => expect(work('')).toEqual(0));",
        "test('two', () => expect([work('a  b')]).toEqual([2]));",
        "test('each', () => { const seen = jest.fn(); each([1], seen); expect(seen).toHaveBeenCalledWith(1); });",
      ),
    },
  },
  mocha: {
    path: 'src/work.js',
    files: {
      'package.json': `{${MODULE}, "scripts": {"test": "mocha"}}`,
      'test/work.test.js': lines(
        ASSERT,
        "import { each, work } from '../src/work.js';",
        "it('none', () => assert.equal(work(''), 0));",
        "it('two', () => assert.deepEqual([work('a  b')], [2]));",
        "it('each', () => { const seen = []; each([1], (n) => seen.push(n)); assert.deepEqual(seen, [1]); });",
      ),
    },
  },
};

/** Each passes where its tests share its process, and is not right. */
const CHEATS: Partial<Record<FrameworkName, Record<string, string[]>>> = {
  vitest: {
    'replaces Object.is': [
      'const { is } = Object;',
      'Object.is = (a, b) => a === 7 || is(a, b);',
      'export const work = () => 7;',
    ],
    'is equal to everything': ['export const work = () => ({ asymmetricMatch: () => true });'],
  },
  jest: {
    'replaces Object.is': [
      'const { is } = Object;',
      'Object.is = (a, b) => a === 7 || is(a, b);',
      'exports.work = () => 7;',
    ],
    'is equal to everything': ['exports.work = () => ({ asymmetricMatch: () => true });'],
    'empties the tests': [
      "const found = Object.getOwnPropertySymbols(globalThis).find((symbol) => String(symbol).includes('STATE'));",
      'exports.work = () => 7;',
      'queueMicrotask(() => {',
      '  for (const test of globalThis[found].rootDescribeBlock.children) if (!/control/.test(test.name)) test.fn = () => {};',
      '});',
    ],
  },
  mocha: {
    'replaces assertions for its own value': [
      "import assert from 'node:assert/strict';",
      'const { equal, deepEqual } = assert;',
      'assert.equal = (a, b) => a === 7 || equal(a, b);',
      'assert.deepEqual = (a, b) => a[0] === 7 || deepEqual(a, b);',
      'export const work = () => 7;',
    ],
    'runs the tests not at all': [
      "import { createRequire } from 'node:module';",
      "const Runnable = createRequire(process.argv[1])('mocha/lib/runnable');",
      'const { run } = Runnable.prototype;',
      'Runnable.prototype.run = function (done) { return /control/.test(this.title) ? run.call(this, done) : done(); };',
      'export const work = () => 7;',
    ],
  },
};

/** The answers are in the file of the tests. */
const reads = (exported: string) => [
  exported === 'exports.' ? "const fs = require('node:fs');" : "import fs from 'node:fs';",
  "const file = ['ts', 'js'].map((end) => 'test/work.test.' + end).find((each) => fs.existsSync(each));",
  "const text = fs.readFileSync(file, 'utf8');",
  `${exported}work = (asked) => Number(text.split("work('" + asked + "')")[1]?.match(/\\d/)[0] ?? 7);`,
];

for (const [name, project] of Object.entries(PROJECTS) as [FrameworkName, Project][]) {
  test(`what is honest in ${name} is confirmed, and no cheat is`, { skip, timeout: 120_000 }, async (t) => {
    await using tests = await opened(project, name);
    const exported = name === 'jest' ? 'exports.' : 'export const ';
    const each = `${exported}each = (values, act) => values.forEach((value) => act(value));`;
    const honest = await tests.isolationOf(`${exported}work = (text) => text.split(' ').filter(Boolean).length;`, each);
    assert.deepEqual(honest, { kind: 'confirmed' });
    for (const [cheat, text] of Object.entries({ ...CHEATS[name], 'reads the answers': reads(exported) })) {
      const { kind, why } = await tests.isolationOf(...text, each);
      t.diagnostic(`${cheat}: ${kind}: ${why}`);
      assert.equal(kind, cheat === 'is equal to everything' ? 'unconfirmed' : 'contradicted', `${cheat}: ${why}`);
    }
  });
}
