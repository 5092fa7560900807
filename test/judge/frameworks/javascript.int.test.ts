import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FrameworkName } from '../../../src/core/protocol.ts';
import type { Report } from '../../../src/core/report.ts';
import { lines, statuses, TestJudge, Workspace } from '../workspace.ts';

/** The real frameworks, by exact version (tools/setup/javascript-frameworks.mjs). */
const INSTALLED = process.env.COPPICE_JAVASCRIPT_FRAMEWORKS;
const skip =
  INSTALLED === undefined &&
  'jest, vitest and mocha are not installed for the tests: `npm run test:integration` does it';

const GOLDEN = new URL('../golden/', import.meta.url);
/** Writes what is seen instead of comparing with it. */
const WRITE = process.env.COPPICE_WRITE_GOLDEN === '1';

/** A project that tests with one framework: every kind of case in one file, and a file that does not load without `twice`. */
interface Subject {
  name: FrameworkName;
  files: Record<string, string>;
  /** A module that exports what is given as `name: expression`. */
  module: (exported: Record<string, string>) => string;
}

const esm = (exported: Record<string, string>) =>
  lines(...Object.entries(exported).map(([name, value]) => `export const ${name} = ${value};`));
const cjs = (exported: Record<string, string>) =>
  lines(...Object.entries(exported).map(([name, value]) => `exports.${name} = ${value};`));

/** @param dialect the words in which frameworks differ */
function casesOf(dialect: { head: string[]; beforeAll: string; todo: string; each: string[] }): string {
  return lines(
    ...dialect.head,
    "it('passes without it', () => {});",
    "it('zero', () => assert.equal(add(0, 0), 0));",
    "describe('outer', () => {",
    "  describe('inner', () => {",
    "    it('one', () => assert.equal(add(1, 1), 2));",
    "    it('waits', async () => assert.equal(await add(2, 1), 3));",
    '  });',
    "  it('żółw ☃ 数', () => assert.deepEqual([add(1, 2)], [3]));",
    "  it.skip('later', () => assert.fail());",
    `  ${dialect.todo}`,
    ...dialect.each.map((line) => `  ${line}`),
    "  it('same', () => {});",
    "  it('same', () => assert.equal(add(3, 3), 6));",
    '});',
    "describe('prepared', () => {",
    `  ${dialect.beforeAll}(() => assert.equal(add(5, 0), 5));`,
    "  it('in it', () => {});",
    '});',
  );
}

const EACH = ["it.each([1, 2])('plus %i', (n) => assert.equal(add(n, 1), n + 1));"];
const LOOP = ["for (const n of [1, 2]) it('plus ' + n, () => assert.equal(add(n, 1), n + 1));"];
const SUITES = "import { describe, it } from 'node:test';";
const ASSERT = "import assert from 'node:assert/strict';";
const ADD = "import { add } from '../src/sums.js';";
const TWICE = lines(
  ASSERT,
  "import * as sums from '../src/sums.js';",
  "if (!sums.add || !sums.twice) throw new Error('no twice');",
);

const SUBJECTS: Subject[] = [
  {
    name: 'node-test',
    module: esm,
    files: {
      'package.json': '{"type": "module"}',
      'test/sums.test.js': casesOf({
        head: [SUITES.replace('{', '{ before,'), ASSERT, ADD],
        ...{ beforeAll: 'before', todo: "it.todo('some day');", each: LOOP },
      }),
      'test/twice.test.js': lines(
        SUITES.replace('describe, ', ''),
        TWICE,
        "it('twice', () => assert.equal(sums.twice(2), 4));",
      ),
    },
  },
  {
    name: 'mocha',
    module: esm,
    files: {
      'package.json': '{"type": "module", "scripts": {"test": "mocha"}}',
      '.mocharc.json': '{"timeout": 0, "spec": ["test/sums.test.js"]}',
      'test/sums.test.js': casesOf({
        head: [ASSERT, ADD],
        ...{ beforeAll: 'before', todo: "it('some day');", each: LOOP },
      }),
      'test/twice.test.js': lines(TWICE, "it('twice', () => assert.equal(sums.twice(2), 4));"),
    },
  },
  {
    name: 'vitest',
    module: esm,
    files: {
      'package.json': '{"type": "module"}',
      'vitest.config.ts': "export default { test: { globals: true, include: ['test/*.test.js'] as string[] } };",
      'test/sums.test.js': casesOf({
        head: [ASSERT, ADD],
        ...{ beforeAll: 'beforeAll', todo: "it.todo('some day');", each: EACH },
      }),
      'test/twice.test.js': lines(TWICE, "it('twice', () => expect(sums.twice(2)).toBe(4));"),
    },
  },
  {
    name: 'jest',
    module: cjs,
    files: {
      'package.json': '{"devDependencies": {"jest": "30.5.2"}}',
      'test/sums.test.js': casesOf({
        head: ["const assert = require('node:assert/strict');", "const { add } = require('../src/sums.js');"],
        ...{ beforeAll: 'beforeAll', todo: "it.todo('some day');", each: EACH },
      }),
      'test/twice.test.js': lines(
        "const sums = require('../src/sums.js');",
        "if (!sums.add || !sums.twice) throw new Error('no twice');",
        "it('twice', () => expect(sums.twice(2)).toBe(4));",
      ),
    },
  },
];

const TWICE_RIGHT = { twice: '(a) => 2 * a' };
const RIGHT = { add: '(a, b) => a + b', ...TWICE_RIGHT };
const CANDIDATES: Record<string, Record<string, string>> = {
  right: RIGHT,
  wrong: { add: '(a, b) => a - b', ...TWICE_RIGHT },
  'does not load one file': { add: RIGHT.add },
  throws: { add: "() => { throw new TypeError('on purpose ☃'); }", ...TWICE_RIGHT },
  'hangs in a later case': { add: 'async (a, b) => { if (a === 2) await new Promise(() => {}); return a + b; }' },
  exits: { add: '() => process.exit(0)', ...TWICE_RIGHT },
};

/** What must not vary between runs and machines, in English alone. */
function toldBy({ verdict, interrupted, cases }: Report, root: string): unknown {
  const plain = (text: string) => text.replaceAll(root, '<workspace>');
  return {
    verdict,
    ...(interrupted ? { interrupted } : {}),
    cases: cases
      .map(({ durationMs: _, said: _said, message, ...rest }) => ({
        ...rest,
        ...(message ? { message: plain(message) } : {}),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

function workspaceOf({ files, module }: Subject, more: Record<string, string> = {}): Workspace {
  const workspace = new Workspace({
    ...files,
    'src/sums.js': module({ add: "() => { throw new Error('not yet'); }" }),
    ...more,
  });
  install(workspace.root);
  return workspace;
}

/** Hard links: the sandbox shows installed packages read-only. */
function install(folder: string): void {
  const packages = join(INSTALLED!, 'node_modules');
  if (spawnSync('cp', ['-al', packages, folder]).status !== 0) spawnSync('cp', ['-a', packages, folder]);
}

for (const subject of SUBJECTS) {
  describe(`with ${subject.name}`, { skip, timeout: 180_000 }, () => {
    test('the cases of every kind of candidate are as they were', async () => {
      using workspace = workspaceOf(subject);
      using judge = new TestJudge();
      const before = workspace.hash();
      const { session, plan, baseline } = await judge.open(workspace, 'src/sums.js', { slots: 1, timeoutMs: 10_000 });
      const seen: Record<string, unknown> = { plan, baseline: toldBy(baseline, workspace.root) };
      for (const [name, exported] of Object.entries(CANDIDATES)) {
        const report = await judge.report(session, subject.module(exported));
        assert.equal(report.verdict, name === 'right' ? 'passed' : 'failed', name);
        if (name === 'hangs in a later case') {
          assert.notEqual(statuses(report).waits, 'passed');
          continue;
        }
        seen[name] = toldBy(report, workspace.root);
      }
      const file = fileURLToPath(new URL(`${subject.name}.json`, GOLDEN));
      if (WRITE) writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`);
      assert.deepEqual(JSON.parse(JSON.stringify(seen)), JSON.parse(readFileSync(file, 'utf8')));
      assert.equal(workspace.hash(), before);
    });

    test('a case that hangs is ended by the wall clock, and those before it are told of', async () => {
      const hanging = { add: '(a, b) => { if (a === 1) for (;;); return a + b; }', ...TWICE_RIGHT };
      using workspace = workspaceOf(subject);
      using judge = new TestJudge();
      const { session } = await judge.open(workspace, 'src/sums.js', { slots: 1, timeoutMs: 6000 });
      const report = await judge.report(session, subject.module(hanging));
      assert.equal(report.interrupted, 'wall-clock');
      assert.equal(report.verdict, 'failed');
      // A vitest that is busy sends nothing from its fork, and node:test tells of a file when it is done.
      if (subject.name === 'mocha' || subject.name === 'jest') assert.equal(statuses(report).zero, 'passed');
    });

    test('a candidate that changes what a failure is does not pass', async () => {
      using workspace = workspaceOf(subject);
      using judge = new TestJudge();
      const { session } = await judge.open(workspace, 'src/sums.js', { slots: 1, timeoutMs: 10_000 });
      const load =
        subject.module === cjs
          ? (name: string) => `require('${name}')`
          : (name: string) => `(await import('${name}')).default`;
      const meddling: Record<string, string> = {
        'assertions that hold': `const a = ${load('node:assert')}; for (const o of [a, a.strict]) o.equal = o.deepEqual = () => {};`,
        'tests that do nothing':
          "for (const name of ['it', 'test']) { const was = globalThis[name]; if (was) globalThis[name] = Object.assign((title) => was(title, () => {}), was, { each: () => () => {} }); }",
        'JSON that says success':
          'JSON.stringify = () => \'{"event":"end"}\'; Object.prototype.toJSON = () => ({ event: \'end\' });',
        'an exit code of 0':
          "process.on('exit', () => { process.exitCode = 0; }); process.exit = () => process.reallyExit(0);",
      };
      for (const [name, head] of Object.entries(meddling)) {
        const report = await judge.report(session, lines(head, subject.module({ add: '() => 7', twice: '() => 4' })));
        assert.equal(report.verdict, 'failed', name);
      }
      assert.equal((await judge.report(session, subject.module(RIGHT))).verdict, 'passed');
    });
  });
}

test('a package of a monorepo is tested from its own folder, with what is installed further up', {
  skip,
  timeout: 60_000,
}, async () => {
  using workspace = new Workspace({
    'package.json': '{"workspaces": ["packages/*"]}',
    'packages/sums/package.json':
      '{"type": "module", "scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "4"}}',
    'packages/sums/src/sums.ts': 'export const add = (a: number, b: number): number => a - b;\n',
    'packages/sums/src/sums.spec.ts': lines(
      "import { expect, test } from 'vitest';",
      "import { add } from './sums';",
      "test('folder', () => expect(process.cwd().endsWith('packages/sums')).toBe(true));",
      "test('one', () => expect(add(1, 1)).toBe(2));",
    ),
  });
  install(workspace.root);
  using judge = new TestJudge();
  const { session, baseline } = await judge.open(workspace, 'packages/sums/src/sums.ts');
  assert.deepEqual(statuses(baseline), { folder: 'passed', one: 'failed' });
  const right = 'export const add = (a: number, b: number): number => a + b;\n';
  assert.equal((await judge.report(session, right)).verdict, 'passed');
});

const TYPED = {
  mocha: {
    'package.json': '{"type": "module", "scripts": {"test": "mocha"}}',
    '.mocharc.json': '{"node-option": ["import=tsx"]}',
    'sums.test.ts': lines(
      "import assert from 'node:assert';",
      "import { add } from './sums.ts';",
      'enum Kind { One = 1 }',
      "it('one', () => assert.equal(add(Kind.One, 1), 2));",
    ),
  },
  jest: {
    'package.json': '{"devDependencies": {"jest": "30", "ts-jest": "29"}, "jest": {"preset": "ts-jest"}}',
    'tsconfig.json':
      '{"compilerOptions": {"module": "commonjs", "target": "es2022", "isolatedModules": true, "esModuleInterop": true}}',
    'sums.test.ts': lines(
      "import { add } from './sums';",
      'enum Kind { One = 1 }',
      'declare const it: any, expect: any;',
      "it('one', () => expect(add(Kind.One, 1)).toBe(2));",
    ),
  },
};
for (const [name, files] of Object.entries(TYPED)) {
  test(`TypeScript is tested with ${name} as the project translates it`, { skip, timeout: 60_000 }, async () => {
    const source = (body: string) => `export function add(a: number, b: number): number { return ${body}; }\n`;
    using workspace = new Workspace({ ...files, 'sums.ts': source('a - b') });
    install(workspace.root);
    using judge = new TestJudge();
    const { session, plan, baseline } = await judge.open(workspace, 'sums.ts');
    assert.equal(plan.kind, name);
    assert.deepEqual(statuses(baseline), { one: 'failed' });
    assert.equal((await judge.report(session, source('a + b'))).verdict, 'passed');
  });
}
