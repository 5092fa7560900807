import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { CoppiceError } from '../../src/core/errors.ts';
import { findGradle } from '../../src/judge/runtime/gradle.ts';
import { Workspace } from './workspace.ts';

const WRAPPER =
  'distributionBase=GRADLE_USER_HOME\ndistributionUrl=https\\://example.org/distributions/gradle-8.5-bin.zip\n';
const HOME = 'home/wrapper/dists/gradle-8.5-bin/5t9huq95ubn472n8rpzujfbqh/gradle-8.5';

const machine = new Workspace({ 'jdk/lib/modules': '' });
const kept = { home: process.env.GRADLE_USER_HOME, jdk: process.env.JAVA_HOME };

before(() => {
  process.env.GRADLE_USER_HOME = join(machine.root, 'home');
  process.env.JAVA_HOME = join(machine.root, 'jdk');
  program('jdk/bin/javac');
});

after(() => {
  for (const [name, value] of [
    ['GRADLE_USER_HOME', kept.home],
    ['JAVA_HOME', kept.jdk],
  ] as const) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  machine[Symbol.dispose]();
});

test('the Gradle that a project names is taken where its wrapper has unpacked it, and otherwise said to be missing', () => {
  assert.throws(
    () => findGradle(WRAPPER),
    (thrown) => {
      assert.ok(thrown instanceof CoppiceError && thrown.code === 'runtime-missing');
      assert.match(thrown.message, /names gradle-8\.5-bin as its Gradle/);
      assert.match(thrown.remedy, /gradlew/);
      return true;
    },
  );
  program(`${HOME}/bin/gradle`);
  machine.write(`${HOME}/lib/gradle-fileevents-0.2.6.jar`, '');
  machine.write(`${HOME}/lib/gradle-core-8.5.jar`, '');
  machine.write('home/wrapper/dists/gradle-8.5-bin/note', '');
  const { path, version, readable, env, downloads } = findGradle(WRAPPER);
  assert.deepEqual([path, version], [join(machine.root, HOME, 'bin/gradle'), '8.5']);
  assert.ok(readable.includes(join(machine.root, HOME)) && readable.includes(env.JAVA_HOME!));
  assert.equal(downloads, undefined);
  machine.write('home/caches/modules-2/files-2.1/it', '');
  assert.equal(findGradle(WRAPPER).downloads, join(machine.root, 'home/caches'));
});

function program(path: string): void {
  const file = join(machine.root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
}
