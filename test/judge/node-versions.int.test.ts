import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { findPrograms } from '../../src/judge/runtime/program.ts';
import { lines, TestJudge, Workspace } from './workspace.ts';

const INSTALLED = process.env.COPPICE_JAVASCRIPT_FRAMEWORKS;
const OLDEST = 20;
/** Each Node on PATH that is not too old, by its version: a user's is seldom the one that these tests run on. */
const nodes = new Map(
  findPrograms('node').flatMap((path): [string, string][] => {
    const version = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
    return Number.parseInt(version, 10) >= OLDEST ? [[version, path]] : [];
  }),
);

const source = (value: string) => `exports.add = (a, b) => ${value};\n`;
const PROJECTS: Record<string, Record<string, string>> = {
  'node:test': {
    'package.json': '{"scripts": {"test": "node --test"}}',
    'test/sums.test.js': lines(
      "const { test } = require('node:test');",
      "const assert = require('node:assert');",
      "const { readFile } = require('node:fs/promises');",
      "const { add } = require('../sums.js');",
      "test('one', () => assert.equal(add(1, 1), 2));",
      "test('after reading', async () => { await readFile(__filename); assert.equal(add(2, 1), 3); });",
    ),
  },
  jest: {
    'package.json': '{"devDependencies": {"jest": "30"}}',
    'test/one.test.js': "test('one', () => expect(require('../sums.js').add(1, 1)).toBe(2));\n",
    'test/two.test.js': "test('two', () => expect(require('../sums.js').add(1, 2)).toBe(3));\n",
  },
};

for (const [version, path] of nodes) {
  for (const [name, files] of Object.entries(PROJECTS)) {
    const skip = name === 'jest' && INSTALLED === undefined && 'jest is not installed for the tests';
    test(`what is right passes and what is wrong fails in ${name} under Node ${version}`, { skip }, async () => {
      using workspace = new Workspace({ ...files, 'sums.js': source('0') });
      if (name === 'jest') spawnSync('cp', ['-al', join(INSTALLED!, 'node_modules'), workspace.root]);
      const { PATH } = process.env;
      process.env.PATH = `${dirname(path)}${delimiter}${PATH}`;
      using judge = new TestJudge();
      try {
        for (const forks of [true, false]) {
          const { session } = await judge.open(workspace, 'sums.js', { slots: 1, timeoutMs: 20_000, forks });
          const [right, wrong] = [
            await judge.report(session, source('a + b')),
            await judge.report(session, source('a')),
          ];
          assert.equal(right.verdict, 'passed', JSON.stringify(right));
          assert.equal(wrong.verdict, 'failed', JSON.stringify(wrong));
        }
      } finally {
        process.env.PATH = PATH;
      }
    });
  }
}
