import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import { lines, TestJudge, Workspace, withoutBackend } from './workspace.ts';

const TESTS = lines(
  "import assert from 'node:assert/strict';",
  "import { test } from 'node:test';",
  "import { work } from './work.ts';",
  "test('quick', () => {});",
  "test('work', async () => assert.equal(await work(1 as number), 2));",
  "test('yet', () => {});",
);

const CANDIDATES: Record<string, string> = {
  passes: 'export const work = (n: number): number => n + 1;',
  'passes with letters beyond ASCII': "export const work = (n: number): number => n + 'ż☃数'.length - 2;",
  'returns something else': 'export const work = (n: number): number => n;',
  throws: "export const work = (n: number): number => { throw new Error('no'); };",
  'is broken when loaded': "throw new Error('loading'); export const work = 1 as number;",
  'uses what types alone do not strip': 'enum Kind { A } export const work = (n: number): number => n + 1 + Kind.A;',
  'asks for a module that is not there': "import './nowhere.ts'; export const work = (n: number): number => n + 1;",
  'exits with success': 'export const work = (n: number): number => process.exit(0);',
  'exits with success when loaded': 'process.exit(0); export const work = 1 as number;',
  hangs: 'export const work = (n: number): number => { for (;;); };',
  'makes every assertion hold':
    "import a from 'node:assert/strict'; a.equal = (() => {}) as any; export const work = (n: number): number => n;",
  'shows its own source':
    "export const work = (n: number): number => work.toString().includes('nu' + 'mber') ? n : n + 1;",
  'is JavaScript': 'export const work = (n) => n + 1;',
};

for (const backend of ['bubblewrap', 'namespaces'] satisfies SandboxBackend[]) {
  describe(`under ${backend}`, { skip: await withoutBackend(backend), timeout: 120_000 }, () => {
    const several = {
      'other.test.ts': "import { test } from 'node:test';\nimport './work.ts';\ntest('other', () => {});\n",
    };
    for (const [kind, settings, more] of [
      ['ES modules', '{"type": "module"}', {}],
      ['a package that does not say', '{}', {}],
      // These are run in processes of their own, and not in forks.
      ['several files of ES modules', '{"type": "module"}', several],
      ['several files of a package that does not say', '{}', several],
    ] as const) {
      test(`what Node compiled or loaded before changes no verdict, in ${kind}`, async () => {
        using workspace = new Workspace({
          'package.json': settings,
          'work.ts': lines(CANDIDATES.throws!),
          'work.test.ts': TESTS,
          ...more,
        });
        using judge = new TestJudge(backend);
        const open = (forks: boolean) => judge.open(workspace, 'work.ts', { slots: 1, timeoutMs: 3000, forks });
        const [warm, fresh] = [await open(true), await open(false)];
        for (const [name, text] of Object.entries(CANDIDATES)) {
          const told = async (session: string) => {
            const { verdict, interrupted, cases } = await judge.report(session, lines(text));
            return { verdict, interrupted, cases: cases.map(({ durationMs: _, ...rest }) => rest) };
          };
          const [found, anew] = [await told(warm.session), await told(fresh.session)];
          assert.deepEqual(found, anew, name);
          assert.equal(found.verdict === 'passed', /^(passes|shows|is JavaScript)/.test(name), name);
        }
      });
    }
  });
}
