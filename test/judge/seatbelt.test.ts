import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { limitsFor } from '../../src/judge/process/limits.ts';
import { backendsOf, chooseSandbox } from '../../src/judge/sandbox/choose.ts';
import { profileOf, seatbelt } from '../../src/judge/sandbox/seatbelt.ts';

/** What can be said of it without a Mac: the text of its profile, and that it is not taken at its word. */
describe('Seatbelt', () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'coppice-test-')));
  after(() => rmSync(base, { recursive: true }));
  for (const name of ['slot', 'scratch', 'node', 'cache', 'workspace/node_modules'])
    mkdirSync(join(base, name), { recursive: true });
  const cell = {
    slot: join(base, 'slot'),
    workspace: join(base, 'workspace'),
    scratch: join(base, 'scratch'),
    shared: ['node_modules'],
    readable: [join(base, 'node')],
  };
  /** The rules that allow something, by what they allow. */
  const rulesOf = (profile: string) =>
    profile
      .split('\n')
      .map((line) => /^\(allow ([\w*\- ]+?) ?(\(.*)?\)$/.exec(line))
      .filter((rule) => rule !== null);
  const allows = (profile: string, operation: string, path: string) =>
    rulesOf(profile).some(
      ([, operations = '', filters = '']) =>
        operations
          .split(' ')
          .some((each) => operation === each || (each.endsWith('*') && operation.startsWith(each.slice(0, -1)))) &&
        (filters === '' ||
          filters.includes(`(literal "${path}")`) ||
          [...filters.matchAll(/\(subpath "([^"]+)"\)/g)].some(([, folder]) => `${path}/`.startsWith(`${folder}/`))),
    );

  test('denies what it does not name, the network first of all', () => {
    const profile = profileOf(cell);
    assert.deepEqual(profile.split('\n').slice(0, 2), ['(version 1)', '(deny default)']);
    assert.doesNotMatch(profile, /network/);
    const balance = [...profile.replaceAll(/"[^"]*"/g, '')].reduce(
      (depth, c) => depth + (c === '(' ? 1 : c === ')' ? -1 : 0),
      0,
    );
    assert.equal(balance, 0);
  });
  test('lets tests write to the slot and the scratch folder, and to no other files', () => {
    const profile = profileOf(cell);
    for (const folder of [cell.slot, cell.scratch]) assert.ok(allows(profile, 'file-write-data', `${folder}/x/y`));
    for (const path of [
      `${cell.workspace}/x`,
      `${cell.slot}x`,
      base,
      join(base, 'node/x'),
      '/usr/local/bin/x',
      '/private/tmp/x',
    ])
      assert.ok(!allows(profile, 'file-write-data', path), path);
  });
  test('lets tests read the runtimes, what is shared of the workspace, and the system', () => {
    const profile = profileOf(cell);
    for (const path of [
      join(base, 'node/bin/node'),
      `${cell.workspace}/node_modules/x`,
      `${cell.slot}/x`,
      '/usr/lib/x',
      '/',
    ])
      assert.ok(allows(profile, 'file-read-data', path), path);
    for (const path of [
      '/Users/me/.ssh/id',
      '/etc/master.passwd',
      `${cell.workspace}/.env`,
      '/private/var/folders/x',
      '/home',
    ])
      assert.ok(!allows(profile, 'file-read-data', path), path);
  });
  test('lets a compiler write to its cache, and the tests read it', () => {
    const folder = join(base, 'cache');
    const [building, testing] = [true, false].map((writable) => profileOf({ ...cell, cache: { folder, writable } }));
    assert.ok(allows(building!, 'file-write-data', `${folder}/x`));
    assert.ok(!allows(testing!, 'file-write-data', `${folder}/x`) && allows(testing!, 'file-read-data', `${folder}/x`));
  });
  test('names folders by where they really are, and quotes their names', () => {
    const odd = join(base, 'a "b" \\c');
    mkdirSync(odd);
    symlinkSync(odd, join(base, 'link'));
    const profile = profileOf({ ...cell, slot: join(base, 'link') });
    assert.ok(profile.includes(`(subpath "${base}/a \\"b\\" \\\\c")`), profile);
    assert.ok(!profile.includes('/link"'));
  });
  test('runs its arguments under limits behind the profile', () => {
    const command = { argv: ['python3', 'x.py'], env: { ONE: '1' }, folder: 'sub' };
    const { argv, cwd, env } = seatbelt('/bin/sh')!.confine(command, cell, limitsFor(1000, 1));
    assert.deepEqual([argv[0], argv[1], argv[3], argv[4]], ['/bin/sh', '-p', '/bin/sh', '-c']);
    assert.equal(argv[2], profileOf(cell));
    assert.deepEqual(argv.slice(-2), command.argv);
    assert.equal(cwd, join(cell.slot, 'sub'));
    assert.deepEqual([env.HOME, env.TMPDIR, env.ONE], [cell.scratch, cell.scratch, '1']);
  });

  test('is what a Mac is asked for, and no other system', () => {
    const names = (system: string) => backendsOf(system).map(([backend]) => backend);
    assert.deepEqual(names('darwin'), ['seatbelt']);
    assert.deepEqual(names('win32'), ['job-object']);
    assert.deepEqual(names('linux'), ['bubblewrap', 'namespaces']);
  });
  test('is not chosen where it is not there', async () => {
    const { probe, sandbox } = await chooseSandbox(base, ['seatbelt'], [['seatbelt', () => seatbelt('/nowhere')]]);
    assert.equal(sandbox, undefined);
    assert.deepEqual(probe.tried, [{ backend: 'seatbelt', ok: false, detail: 'not installed' }]);
  });
  test('is not chosen where it does not hold', async () => {
    const program = join(base, 'sandbox-exec');
    writeFileSync(program, '#!/bin/sh\nshift 2\nexec "$@"\n', { mode: 0o755 });
    const { probe, sandbox } = await chooseSandbox(base, ['seatbelt'], [['seatbelt', () => seatbelt(program)]]);
    assert.equal(sandbox, undefined);
    assert.equal(probe.backend, 'none');
    assert.match(probe.tried[0]!.detail, /^does not hold: .*files outside cannot be read.*the network is off/);
  });
  test('is not chosen where it does not run', async () => {
    const program = join(base, 'refuses');
    writeFileSync(program, '#!/bin/sh\necho "sandbox-exec: unbound variable: process-execs" >&2\nexit 65\n', {
      mode: 0o755,
    });
    const { probe } = await chooseSandbox(base, ['seatbelt'], [['seatbelt', () => seatbelt(program)]]);
    assert.equal(probe.tried[0]!.detail, 'sandbox-exec: unbound variable: process-execs');
  });
});
