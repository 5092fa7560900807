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

/** The answers are in the file of the tests. */
const READS = [
  "import fs from 'node:fs';",
  "const file = ['ts', 'js'].map((end) => 'test/work.test.' + end).find((each) => fs.existsSync(each));",
  "const text = fs.readFileSync(file, 'utf8');",
  'export const work = (asked) => Number(text.split("work(\'" + asked + "\')")[1]?.match(/\\d/)[0] ?? 7);',
];

/** Each passes where its tests share its process, and is not right. */
const CHEATS: Partial<Record<FrameworkName, Record<string, string[]>>> = {
  vitest: {
    'reads the answers': READS,
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

/** What the process of a candidate does in place of answering, where it finds that no test is in it. */
const ALONE: Record<string, string> = {
  'leaves with success where it is alone': 'process.reallyExit(0);',
  'tells the judge where it is alone':
    'for (let n = 3; n < 64; n++) if (n !== 4) try { fs.writeSync(n, \'{"event":"end"}\\n\'); } catch {}',
  'tells its process to end well where it is alone':
    "process.exitCode = 0; process.on('exit', () => process.reallyExit(0)); setTimeout(() => process.exit(0), 5);",
};

for (const [name, project] of Object.entries(PROJECTS) as [FrameworkName, Project][]) {
  test(`what is honest in ${name} is confirmed, and no cheat is`, { skip, timeout: 180_000 }, async (t) => {
    await using tests = await opened(project, name);
    const exported = name === 'jest' ? 'exports.' : 'export const ';
    const each = `${exported}each = (values, act) => values.forEach((value) => act(value));`;
    const honest = await tests.isolationOf(`${exported}work = (text) => text.split(' ').filter(Boolean).length;`, each);
    assert.deepEqual(honest, { kind: 'confirmed' });
    for (const [cheat, text] of Object.entries(CHEATS[name]!)) {
      const { kind, why } = await tests.isolationOf(...text, each);
      t.diagnostic(`${cheat}: ${kind}: ${why}`);
      assert.equal(kind, cheat === 'is equal to everything' ? 'unconfirmed' : 'contradicted', `${cheat}: ${why}`);
    }
  });
}

test('what a candidate does in its process does not confirm it', { skip, timeout: 180_000 }, async (t) => {
  await using tests = await opened(PROJECTS.mocha!, 'mocha');
  const each = 'export const each = (values, act) => values.forEach((value) => act(value));';
  for (const [cheat, act] of Object.entries(ALONE)) {
    const alone = `if (globalThis[Symbol.for('coppice.serve')]) { ${act} }`;
    const { kind, why } = await tests.isolationOf(...READS, alone, each);
    t.diagnostic(`${cheat}: ${kind}: ${why}`);
    assert.notEqual(kind, 'confirmed', cheat);
  }
});

const TSCONFIG =
  '{"compilerOptions": {"module": "commonjs", "target": "es2022", "esModuleInterop": true, "isolatedModules": true}}';

/** As projects have them: how a module is written, compiled and found is the framework's. */
const MODULES: Record<string, Project & { name: FrameworkName; text: string[] }> = {
  'TypeScript by ts-jest': {
    name: 'jest',
    path: 'src/work.ts',
    files: {
      'package.json': '{"scripts": {"test": "jest"}, "jest": {"preset": "ts-jest"}}',
      'tsconfig.json': TSCONFIG,
      'src/shared.ts': 'export const double = (n: number): number => 2 * n;\n',
      'test/work.test.ts': lines(
        'declare const test: any, expect: any;',
        "import work, { Kind, WorkError } from '../src/work';",
        "test('default', () => expect(work(Kind.Two)).toBe(4));",
        "test('throws', () => expect(() => work(0)).toThrow(WorkError));",
        "test('rejects', async () => { await expect(Promise.reject(new RangeError('x'))).rejects.toThrow('x'); });",
      ),
    },
    text: [
      "import { double } from './shared';",
      'export enum Kind { One = 1, Two }',
      'export class WorkError extends Error {}',
      'export default function work(n: number): number {',
      "  if (n === 0) throw new WorkError('nothing');",
      '  return double(n);',
      '}',
    ],
  },
  'TypeScript by tsx in mocha': {
    name: 'mocha',
    path: 'work.ts',
    files: {
      'package.json': `{${MODULE}, "scripts": {"test": "mocha"}}`,
      '.mocharc.json': '{"node-option": ["import=tsx"], "timeout": 50}',
      'work.test.ts': lines(
        ASSERT,
        "import { Kind, work } from './work.ts';",
        "it('one', async () => assert.equal(await work(Kind.One), 2));",
      ),
    },
    text: ['export enum Kind { One = 1 }', 'export const work = async (n: number): Promise<number> => n + 1;'],
  },
  'CommonJS in two files of mocha': {
    name: 'mocha',
    path: 'lib/work.js',
    files: {
      'package.json': '{"scripts": {"test": "mocha"}}',
      'test/a.js': lines(
        "const assert = require('node:assert');",
        "const work = require('../lib/work');",
        "it('adds', () => assert.strictEqual(work(1), 2));",
      ),
      'test/b.js': lines(
        "const { expect } = require('chai');",
        "const work = require('../lib/work');",
        "it('adds more', () => expect(work(2)).to.deep.equal(3));",
      ),
    },
    text: ['module.exports = function work(n) { return n + 1; };'],
  },
  'two files of vitest with what is set up before': {
    name: 'vitest',
    path: 'src/work.ts',
    files: {
      'package.json': `{${MODULE}}`,
      'vitest.config.ts':
        "export default { test: { globals: true, setupFiles: ['./setup.ts'] }, resolve: { alias: { '@': '/src' } } };",
      'setup.ts': 'globalThis.STEP = 2;\n',
      'test/a.test.ts': lines("import { work } from '../src/work';", "test('adds', () => expect(work(1)).toBe(3));"),
      'test/b.test.ts': lines(
        "import * as all from '../src/work';",
        "describe('more', () => { it.each([2, 3])('adds %i', (n) => expect(all.work(n)).toBe(n + 2)); });",
      ),
    },
    text: ['declare const STEP: number;', 'export const work = (n: number) => n + STEP;'],
  },
};

for (const [kind, { name, text, ...project }] of Object.entries(MODULES)) {
  test(`an honest candidate is confirmed: ${kind}`, { skip, timeout: 180_000 }, async () => {
    await using tests = await opened(project, name);
    assert.deepEqual(await tests.isolationOf(...text), { kind: 'confirmed' });
  });
}

/** Each is right, and what its tests do can't be done from another process. */
const OUT_OF_REACH: Record<string, { name: FrameworkName; head: string[]; test: string; text: string; why: RegExp }> = {
  'whose clock the tests stop': {
    name: 'jest',
    head: ["const { later } = require('./work');"],
    test: "test('later', () => { jest.useFakeTimers(); const seen = jest.fn(); later(seen); jest.runAllTimers(); expect(seen).toHaveBeenCalled(); });",
    text: 'exports.later = (act) => { setTimeout(act, 1000); };',
    why: /the framework puts/,
  },
  'whose objects are of its own class': {
    name: 'vitest',
    head: ["import { expect, test } from 'vitest';", "import { Stack } from './work.js';"],
    test: "test('push', () => { const made = new Stack(); made.push(1); expect(made.items).toEqual([1]); });",
    text: 'export class Stack { items = []; push(item) { this.items.push(item); } }',
    why: /a Stack does not cross/,
  },
  'whose tests have no time for so many calls': {
    name: 'mocha',
    head: [ASSERT, "import { next } from './work.js';"],
    test: "it('counts', function () { this.timeout(500); for (let n = 0; n < 20_000; n++) assert.equal(next(n), n + 1); });",
    text: 'export const next = (n) => n + 1;',
    why: /take too long without it/,
  },
};

for (const [kind, { name, head, test: its, text, why }] of Object.entries(OUT_OF_REACH)) {
  test(`an honest candidate ${kind} is not contradicted`, { skip, timeout: 180_000 }, async () => {
    const type = name === 'jest' ? '' : `${MODULE}, `;
    const files = {
      'package.json': `{${type}"scripts": {"test": "${name}"}}`,
      'work.test.js': lines(...head, its),
    };
    await using tests = await opened({ files, path: 'work.js' }, name);
    const isolation = await tests.isolationOf(text);
    assert.equal(isolation.kind, 'unconfirmed', isolation.why);
    assert.match(isolation.why!, why);
  });
}
