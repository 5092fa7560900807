import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { JudgeOptions } from '../../src/core/protocol.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { Judging } from '../../src/run/judging.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { exampleProject } from './scratch.ts';

const judge = new JudgeClient();
after(() => judge.dispose());
const syntax = await Syntax.load();

const workspace = exampleProject('python');
const original = readFileSync(join(workspace, 'words.py'), 'utf8');
const options: JudgeOptions = {
  ...{ workspace, path: 'words.py', symbol: 'initials', tests: { kind: 'auto' } },
  ...{ overlays: [], allowUnsandboxed: true },
};
const place = original.indexOf('def group_by_first_letter');
const withBody = (body: string) => `${original.slice(0, place).trimEnd()}\n${body}\n\n\n${original.slice(place)}`;

const right = withBody('    return "".join(word[0].upper() for word in name.split())');
const wrong = withBody('    return name[0]');
const broken = withBody('    return (name');

test('equal texts are judged once and counted, and the ranking does not depend on the order they come in', async () => {
  const judging = new Judging({ judge, syntax }, options, original, new AbortController().signal);
  const candidates = [
    { id: 'c4', text: broken },
    { id: 'c3', text: right, logprob: -9, tokens: 9 },
    { id: 'c2', text: wrong },
    { id: 'c1', text: right, logprob: -1, tokens: 9 },
  ];
  const reports = await Promise.all(candidates.map((candidate) => judging.judge(candidate)));
  assert.equal(reports[3]!.duplicateOf, 'c1');
  const ranking = await judging.ranking();
  assert.deepEqual(
    ranking.map(({ id, count, report }) => [id, count, report.verdict]),
    [
      ['c1', 2, 'passed'],
      ['c2', 1, 'failed'],
      ['c4', 1, 'unparsable'],
    ],
  );
  assert.match(ranking[0]!.diff, /^\+ {4}return "".join/m);
  assert.equal(ranking[0]!.logprob, -1);
  await judging.close();
});

test('a judge that dies under way is started again and the ranking is whole', async () => {
  let restarts = 0;
  const judging = new Judging({ judge, syntax }, options, original, new AbortController().signal, {
    onRestart: () => restarts++,
  });
  await judging.session;
  const reports = [right, wrong, broken].map((text, index) => judging.judge({ id: `c${index}`, text }));
  process.kill((await judge.pid())!, 'SIGKILL');
  await Promise.all(reports);
  assert.equal(restarts, 1);
  assert.deepEqual(
    (await judging.ranking()).map(({ report }) => report.verdict),
    ['passed', 'failed', 'unparsable'],
  );
  await judging.close();
});

test('a judge that dies while the untouched tests run is started again too', async () => {
  let restarts = 0;
  const judging = new Judging({ judge, syntax }, options, original, new AbortController().signal, {
    onRestart: () => restarts++,
  });
  process.kill((await judge.pid())!, 'SIGKILL');
  const { report } = await judging.judge({ id: 'c0', text: right });
  assert.equal(report.verdict, 'passed');
  assert.equal(restarts, 1);
  await judging.close();
});
