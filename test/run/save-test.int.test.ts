import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { FrameworkName } from '../../src/core/protocol.ts';
import type { Decision } from '../../src/core/rank/decision.ts';
import { judgeCandidates } from '../../src/run/judge-candidates.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { saveTest } from '../../src/run/save-test/save-test.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { lines, optionsFor, Workspace, without } from '../judge/workspace.ts';

/** The real frameworks of JavaScript (tools/setup/javascript-frameworks.mjs). */
const INSTALLED = process.env.COPPICE_JAVASCRIPT_FRAMEWORKS;

const judge = new JudgeClient();
after(() => judge.dispose());
const syntax = await Syntax.load();

/** A project with one framework and a test that says next to nothing. */
interface Subject {
  name: FrameworkName;
  language: 'python' | 'javascript';
  path: string;
  files: Record<string, string>;
  test: [path: string, text: string];
  skip: string | false;
}

const PYTHON = {
  open: 'def share(part, whole):\n    raise NotImplementedError\n',
  right: 'def share(part, whole):\n    return [part] if whole == 1 else part / whole\n',
  wrong: 'def share(part, whole):\n    return [part] if whole == 1 else part // whole if whole else -1\n',
};
const JAVASCRIPT = {
  head: 'function share(part, whole) {\n',
  open: "  throw new Error('open');\n}\n",
  right: "  if (whole === 0) throw new RangeError('nothing');\n  return whole === 1 ? [part] : part / whole;\n}\n",
  wrong: '  return whole === 1 ? [part] : Math.floor(part / whole);\n}\n',
};
const NODE_SKIP = INSTALLED === undefined && 'the frameworks are not installed: `npm run test:integration` does it';

const SUBJECTS: Subject[] = [
  {
    ...{ name: 'unittest', language: 'python', path: 'shares.py', files: {}, skip: without.python },
    test: [
      'test_shares.py',
      lines(
        'import unittest',
        'from shares import share',
        'class Share(unittest.TestCase):',
        '    def test_whole(self):',
        '        self.assertEqual(share("a", 1), ["a"])',
      ),
    ],
  },
  {
    ...{ name: 'pytest', language: 'python', path: 'src/pkg/shares.py', skip: without.pytest },
    files: { 'pytest.ini': '[pytest]\npythonpath = src\n', 'src/pkg/__init__.py': '' },
    test: [
      'tests/test_shares.py',
      lines('from pkg import shares', 'def test_whole():', "    assert shares.share('a', 1) == ['a']"),
    ],
  },
  {
    ...{ name: 'node-test', language: 'javascript', path: 'src/shares.js', skip: false },
    files: { 'package.json': '{"type": "module"}' },
    test: [
      'test/shares.test.js',
      lines(
        "import assert from 'node:assert/strict';",
        "import { describe, it } from 'node:test';",
        "import { share } from '../src/shares.js';",
        "describe('share', () => {",
        "  it('whole', () => {",
        "    assert.deepEqual(share('a', 1), ['a']);",
        '  });',
        '});',
      ),
    ],
  },
  {
    ...{ name: 'vitest', language: 'javascript', path: 'src/shares.js', skip: NODE_SKIP },
    files: { 'package.json': '{"type": "module", "devDependencies": {"vitest": "*"}}' },
    test: [
      'src/shares.test.js',
      lines(
        'import { expect, test } from "vitest"',
        'import { share } from "./shares"',
        'test("whole", () => {',
        '    expect(share("a", 1)).toEqual(["a"])',
        '})',
      ),
    ],
  },
  {
    ...{ name: 'jest', language: 'javascript', path: 'src/shares.js', skip: NODE_SKIP },
    files: { 'package.json': '{"devDependencies": {"jest": "*"}}' },
    test: [
      'src/shares.test.js',
      lines(
        "const { share } = require('./shares');",
        "it('whole', () => {",
        "  expect(share('a', 1)).toEqual(['a']);",
        '});',
      ),
    ],
  },
  {
    ...{ name: 'mocha', language: 'javascript', path: 'src/shares.js', skip: NODE_SKIP },
    files: { 'package.json': '{"type": "module", "devDependencies": {"mocha": "*"}, "scripts": {"test": "mocha"}}' },
    test: [
      'test/shares.test.js',
      lines(
        "import assert from 'node:assert';",
        "import { share } from '../src/shares.js';",
        "it('whole', () => assert.deepEqual(share('a', 1), ['a']));",
      ),
    ],
  },
];

/** A list, a fraction, and an error. */
function decisionsFor({ language }: Subject): Decision[] {
  const error = language === 'python' ? 'raises ZeroDivisionError: division by zero' : 'throws RangeError: nothing';
  return [
    { input: "share('b', 1)", expected: "['b']" },
    { input: 'share(1, 3)', expected: '0.333333333' },
    { input: 'share(1, 0)', expected: error },
  ];
}

function sourceOf({ language, files }: Subject, body: 'open' | 'right' | 'wrong'): string {
  if (language === 'python') return PYTHON[body];
  const isModule = files['package.json']?.includes('"module"');
  const source = JAVASCRIPT.head + JAVASCRIPT[body];
  return isModule ? `export ${source}` : `${source}module.exports = { share };\n`;
}

/** Writes what would be an edit in the editor. */
async function save(workspace: Workspace, { path }: Subject, decision: Decision) {
  const request = { workspace: workspace.root, path, symbol: 'share', overlays: [] };
  const saved = await saveTest(request, decision, { syntax, judge });
  if (saved.kind === 'new') workspace.write(saved.path, saved.text);
  if (saved.kind === 'added') {
    const text = saved.insertions.reduceRight(
      (now, insertion) => now.slice(0, insertion.offset) + insertion.text + now.slice(insertion.offset),
      workspace.read(saved.path),
    );
    workspace.write(saved.path, text);
  }
  return saved;
}

async function verdicts(workspace: Workspace, subject: Subject) {
  const candidates = (['right', 'wrong'] as const).map((id) => ({ id, text: sourceOf(subject, id) }));
  const options = { ...optionsFor(workspace, subject.path, { symbol: 'share' }), observe: false, confirm: false };
  const { run, ranking } = await judgeCandidates(candidates, options, { judge, syntax });
  const reports = new Map(ranking.map(({ id, report }) => [id, report]));
  return { kind: run.tests.kind, right: reports.get('right')!, wrong: reports.get('wrong')! };
}

function workspaceFor(subject: Subject, files: Record<string, string>): Workspace {
  const workspace = new Workspace({ ...subject.files, [subject.path]: sourceOf(subject, 'open'), ...files });
  if (!['node-test', 'unittest', 'pytest'].includes(subject.name)) {
    const packages = join(INSTALLED!, 'node_modules');
    if (spawnSync('cp', ['-al', packages, workspace.root]).status !== 0)
      spawnSync('cp', ['-a', packages, workspace.root]);
  }
  return workspace;
}

for (const subject of SUBJECTS) {
  describe(`with ${subject.name}`, { skip: subject.skip, timeout: 120_000 }, () => {
    test('what was decided joins the tests of the function, and only right candidates pass then', async () => {
      const [path, text] = subject.test;
      using workspace = workspaceFor(subject, { [path]: text });
      const before = await verdicts(workspace, subject);
      assert.equal(before.kind, subject.name);
      assert.deepEqual([before.right.verdict, before.wrong.verdict], ['passed', 'passed']);
      for (const decision of decisionsFor(subject)) {
        assert.deepEqual((await save(workspace, subject, decision)).kind, 'added');
        assert.deepEqual(await save(workspace, subject, decision), { kind: 'present', path });
      }
      const { kind, right, wrong } = await verdicts(workspace, subject);
      const written = workspace.read(path);
      assert.equal(kind, subject.name);
      assert.deepEqual([right.verdict, right.passed], ['passed', 4], written);
      assert.deepEqual([wrong.verdict, wrong.passed, wrong.failed + wrong.errors], ['failed', 2, 2], written);
    });

    test('where there are no tests yet they get a file that the framework runs', async () => {
      using workspace = workspaceFor(subject, {});
      const [first, ...more] = decisionsFor(subject);
      assert.equal((await save(workspace, subject, first!)).kind, 'new');
      for (const decision of more) assert.equal((await save(workspace, subject, decision)).kind, 'added');
      const { kind, right, wrong } = await verdicts(workspace, subject);
      assert.equal(kind, subject.name);
      assert.deepEqual([right.verdict, right.passed], ['passed', 3]);
      assert.deepEqual([wrong.verdict, wrong.passed], ['failed', 1]);
    });
  });
}

test('a test file that is not saved yet takes the next test, and one of that name that concerns something else is let alone', {
  skip: without.python,
}, async () => {
  const [first, second] = decisionsFor(SUBJECTS[0]!);
  using workspace = new Workspace({ 'shares.py': PYTHON.open, 'test_shares.py': 'print("a script")\n' });
  const request = { workspace: workspace.root, path: 'shares.py', symbol: 'share', overlays: [] };
  const saved = await saveTest(request, first!, { syntax, judge });
  assert.ok(saved.kind === 'new');
  assert.equal(saved.path, 'test_shares_share.py');
  const overlays = [{ path: saved.path, text: saved.text }];
  const again = await saveTest({ ...request, overlays }, second!, { syntax, judge });
  assert.deepEqual([again.kind, again.path], ['added', saved.path]);
});

test('what has no literal is said to have none', { skip: without.python }, async () => {
  using workspace = new Workspace({ 'shares.py': PYTHON.open });
  const decision = { input: 'share(1, 2)', expected: 'Fraction(1, 2)' };
  await assert.rejects(save(workspace, SUBJECTS[0]!, decision), { code: 'usage' });
});
