import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CoppiceError } from '../../../src/core/errors.ts';
import type { JudgeResults } from '../../../src/core/protocol.ts';
import type { Report } from '../../../src/core/report.ts';
import { findCargo } from '../../../src/judge/runtime/cargo.ts';
import { findCMake } from '../../../src/judge/runtime/cmake.ts';
import { findGo } from '../../../src/judge/runtime/go.ts';
import { findGradle } from '../../../src/judge/runtime/gradle.ts';
import { findMaven } from '../../../src/judge/runtime/java.ts';
import { findPython } from '../../../src/judge/runtime/python.ts';
import { TestJudge, Workspace } from '../workspace.ts';
import { type NativeProject, PROJECTS } from './native-projects.ts';

/** The version, or why the tool can't be had. */
const TOOLS: Record<keyof typeof PROJECTS, () => { version: string }> = {
  doctest: () => findPython(tmpdir()),
  go: () => findGo(tmpdir()),
  cargo: () => findCargo(tmpdir()),
  maven: () => findMaven(tmpdir()),
  gradle: () => findGradle(),
  kotlin: () => findGradle(),
  ctest: () => findCMake(),
};
/** What a project needs beside the tool, and a machine may not have: then there is nothing to try. */
const UNREADY = /artifacts are missing|does not find/;

interface Golden {
  version: string;
  reports: Record<string, ReturnType<typeof lasting>>;
}

for (const [kind, project] of Object.entries(PROJECTS) as [keyof typeof PROJECTS, NativeProject][]) {
  const found = versionOf(TOOLS[kind]);
  describe(`${kind} tests`, { skip: 'missing' in found && found.missing, timeout: 300_000 }, () => {
    test('are told apart, and say of each candidate what the framework says', async (t) => {
      using workspace = new Workspace(project.files);
      using judge = new TestJudge();
      const opened = await openOr(judge, workspace, project);
      if (typeof opened === 'string') return t.skip(opened);
      assert.equal(opened.plan.kind, project.framework ?? kind);
      const { session, baseline } = opened;
      const reports: Golden['reports'] = { untouched: lasting(baseline) };
      for (const [name, text] of Object.entries({ right: project.right, ...project.candidates })) {
        reports[name] = lasting(await judge.report(session, text, name));
      }
      golden(kind, { version: 'version' in found ? found.version : '', reports });
    });

    test('are not passed by a candidate that leaves early, prints or writes results, or changes what tests are', async (t) => {
      using workspace = new Workspace(project.files);
      using judge = new TestJudge();
      const opened = await openOr(judge, workspace, project);
      if (typeof opened === 'string') return t.skip(opened);
      const { session } = opened;
      for (const [name, text] of Object.entries(project.attacks)) {
        const report = await judge.report(session, text, name);
        assert.equal(report.verdict, 'failed', name);
        assert.ok(report.errors + report.failed > 0, `${name}: a case says so`);
      }
      if (project.pokes !== undefined) {
        const report = await judge.report(session, project.pokes, 'pokes');
        assert.equal(report.verdict, 'passed', JSON.stringify(report.cases));
      }
      // What they left behind does not reach the next one.
      assert.equal((await judge.report(session, project.right, 'right')).verdict, 'passed');
    });
  });
}

const MISSING: [keyof typeof PROJECTS, string, string][] = [
  [
    'go',
    'sums_test.go',
    'package sums\nimport (\n\t"testing"\n\t"example.com/nowhere"\n)\nfunc TestIt(t *testing.T) { nowhere.Go() }\n',
  ],
  ['cargo', 'Cargo.toml', '[package]\nname = "sums"\nversion = "0.1.0"\n[dependencies]\nnowhere = "1"\n'],
  ['gradle', 'app/build.gradle', "dependencies { implementation project(':calc'), 'nowhere:nowhere:1' }\n"],
];
for (const [kind, file, text] of MISSING) {
  const found = versionOf(TOOLS[kind]);
  test(`what ${kind} would have to download is named with a remedy`, {
    skip: 'missing' in found && found.missing,
  }, async () => {
    using workspace = new Workspace({ ...PROJECTS[kind].files, [file]: text });
    using judge = new TestJudge();
    await assert.rejects(judge.open(workspace, PROJECTS[kind].path, { slots: 1 }), (thrown: unknown) => {
      assert.ok(thrown instanceof CoppiceError && thrown.code === 'tests-broken', String(thrown));
      assert.match(
        thrown.message,
        /are missing, and there is no network in the sandbox .* once outside of it gets them/,
      );
      return true;
    });
  });
}

async function openOr(
  judge: TestJudge,
  workspace: Workspace,
  project: NativeProject,
): Promise<JudgeResults['open'] | string> {
  try {
    return await judge.open(workspace, project.path, { slots: 1, timeoutMs: project.timeoutMs });
  } catch (thrown) {
    if (thrown instanceof CoppiceError && UNREADY.test(thrown.message)) return thrown.message;
    throw thrown;
  }
}

function versionOf(find: () => { version: string }): { version: string } | { missing: string } {
  try {
    return { version: find().version };
  } catch (thrown) {
    return { missing: String(thrown) };
  }
}

/** A report in English, without what differs from run to run. How far one came that was ended depends on what else the machine does. */
function lasting({ verdict, interrupted, cases, passed, failed, errors }: Report) {
  const plain = ({ durationMs: _, said: _said, message, ...rest }: Report['cases'][number]) => ({
    ...rest,
    // Which quotes compilers write depends on the user's language.
    ...(message === undefined ? {} : { message: message.replace(/[‘’]/g, "'") }),
  });
  const told = interrupted === undefined ? cases.map(plain) : [];
  assert.ok(interrupted === undefined || errors > 0, `${passed} passed and ${failed} failed before the limit`);
  return {
    verdict,
    ...(interrupted === undefined ? {} : { interrupted }),
    cases: told.sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** Compares with the file of this name; where it was made with another version of the tool, all but its words. */
function golden(name: string, actual: Golden): void {
  const file = fileURLToPath(new URL(`../golden/${name}.json`, import.meta.url));
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
  assert.ok(existsSync(file), `${file} is there`);
  const expected = JSON.parse(readFileSync(file, 'utf8')) as Golden;
  if (expected.version === actual.version) assert.deepEqual(actual, expected);
  else assert.deepEqual(wordless(actual), wordless(expected));
}

function wordless({ reports }: Golden) {
  return Object.entries(reports).map(([name, { cases, ...rest }]) => ({
    name,
    ...rest,
    cases: cases.map(({ message: _, ...other }) => other),
  }));
}
