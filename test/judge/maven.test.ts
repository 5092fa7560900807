import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { localRepository } from '../../src/judge/runtime/java.ts';
import { scratchFolder } from '../run/scratch.ts';

const filled = (name: string) => `$\{${name}}`;

/** What lies in the home folder decides. */
function withHome(use: (home: string) => void): void {
  const home = realpathSync(scratchFolder());
  const { HOME } = process.env;
  process.env.HOME = home;
  mkdirSync(join(home, '.m2'));
  try {
    use(home);
  } finally {
    process.env.HOME = HOME;
  }
}

test('the local repository of Maven is where the settings of the user say', {
  skip: process.platform === 'win32',
}, () => {
  withHome((home) => {
    assert.equal(localRepository(), join(home, '.m2/repository'));
    const settings = (element: string) =>
      writeFileSync(join(home, '.m2/settings.xml'), `<settings>${element}</settings>`);
    for (const [element, path] of [
      ['<mirrors/>', '.m2/repository'],
      ['<!-- <localRepository>/nowhere</localRepository> -->', '.m2/repository'],
      [`<localRepository>\n  ${filled('user.home')}/jars\n</localRepository>`, 'jars'],
      [`<localRepository>${filled('env.HOME')}/more</localRepository>`, 'more'],
    ] as const) {
      settings(element);
      assert.equal(localRepository(), join(home, path), element);
    }
    mkdirSync(join(home, 'real'));
    symlinkSync(join(home, 'real'), join(home, 'more'));
    assert.equal(localRepository(), join(home, 'real'), 'a link is followed, since those below it are relative');
  });
});
