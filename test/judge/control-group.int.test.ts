import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ControlGroup } from '../../src/judge/process/control-group.ts';

const group = ControlGroup.make(20);
const skip = !group && 'root may make no control groups here, or this is not root';
/** The folder of the group, as its command names it. */
const folderOf = (made: ControlGroup) => dirname(made.enter([])[3]!);

test('the kernel lets a group grow to its limit and no further', { skip }, async () => {
  const folder = folderOf(group!);
  assert.ok(existsSync(folder));
  const script = 'i=0; while [ $i -lt 60 ]; do sleep 0.2 & i=$((i + 1)); done; wait; echo done';
  const [program, ...args] = group!.enter(['/bin/sh', '-c', script]);
  const { stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8', timeout: 20_000 });
  assert.match(`${stdout}${stderr}`, /[Cc]annot fork|Resource temporarily unavailable/);
  group!.dispose();
  for (let wait = 0; existsSync(folder) && wait < 50; wait++) await setTimeout(20);
  assert.ok(!existsSync(folder), 'it is gone once its members are');
});

test('groups of judges that are gone are removed, and those of the living are not', { skip }, () => {
  const [mine, parent] = [ControlGroup.make(20)!, dirname(folderOf(group!))];
  const dead = execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
  const left = join(parent, `coppice-${dead}-0`);
  mkdirSync(left);
  ControlGroup.removeAbandoned();
  assert.ok(!existsSync(left));
  assert.ok(existsSync(folderOf(mine)));
  mine.dispose();
});
