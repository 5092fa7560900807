import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CoppiceError } from '../../../src/core/errors.ts';
import { parseDataset } from '../../../src/core/eval/formats.ts';
import { hiddenProgram, visibleProgram } from '../../../src/core/eval/problem.ts';
import { parseSamples } from '../../../src/core/eval/samples.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/eval/${name}`, import.meta.url), 'utf8');
const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error) => error instanceof CoppiceError && message.test(error.message) && error.remedy !== '');

test('problems of HumanEval show the examples of their docstring, and never the tests', () => {
  const problems = parseDataset('h', fixture('humaneval.jsonl'));
  assert.equal(problems.length, 10);
  assert.deepEqual([...new Set(problems.map(({ visible }) => visible))].sort(), ['calls', 'examples']);
  for (const problem of problems) {
    assert.match(
      hiddenProgram(problem, problem.solution!).tests.join('\n'),
      /def check\(candidate\)[\s\S]*check\(\w+\)$/,
    );
    assert.doesNotMatch(JSON.stringify(visibleProgram(problem, problem.solution!)), /candidate/);
  }
});

test('problems of MBPP show their first assert, in every form that is published', () => {
  const text = fixture('mbpp.jsonl');
  const problems = parseDataset('m', text);
  assert.equal(problems.length, 10);
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const [at, problem] of problems.entries()) {
    assert.deepEqual(visibleProgram(problem, '').tests.slice(1), [rows[at].test_list[0]]);
    assert.equal(hiddenProgram(problem, '').tests.length, 1 + rows[at].test_list.length);
  }
  const sanitized = rows.map(({ text: prompt, test_setup_code, ...rest }) => ({
    ...rest,
    prompt,
    test_imports: [test_setup_code],
  }));
  assert.deepEqual(
    parseDataset('s', JSON.stringify(sanitized)).map(({ tests, setup, entryPoint }) => ({ tests, setup, entryPoint })),
    problems.map(({ tests, setup, entryPoint }) => ({ tests, setup, entryPoint })),
  );
});

test('blanks around the name of a function do not count', () => {
  const [good] = fixture('humaneval.jsonl').split('\n');
  const [problem] = parseDataset('d', good!.replace('"perimeter"', '"perimeter "'));
  assert.equal(problem!.entryPoint, 'perimeter');
});

test('what is no data set is refused with the line and what is wrong there', () => {
  const good = fixture('humaneval.jsonl').split('\n')[0]!;
  refused(() => parseDataset('d', ''), /^d holds no problem/);
  refused(() => parseDataset('d', '{'), /^d, line 1: it is not JSON/);
  refused(() => parseDataset('d', `${good}\n\n[]`), /^d, line 3: it is not an object/);
  refused(() => parseDataset('d', `${good}\n${good}`), /^d, line 2: the task "Shapes\/0" is there twice/);
  refused(() => parseDataset('d', good.replace('"test"', '"tset"')), /neither "test".*nor "test_list"/);
  refused(() => parseDataset('d', good.replace('"perimeter"', '"a; import os"')), /"entry_point" is not the name/);
  refused(
    () => parseDataset('d', good.replace(/"prompt": "/, `"prompt": "${'x'.repeat(1024 ** 2)}`)),
    /is longer than/,
  );
});

test('completions are kept in their order, and those of no problem are refused', () => {
  const problems = parseDataset('h', fixture('humaneval.jsonl'));
  const line = (fields: object) => JSON.stringify({ task_id: 'Shapes/1', completion: 'a', ...fields });
  const samples = parseSamples('s', [line({}), line({ completion: 'b', logprob: -2, tokens: 3 })].join('\n'), problems);
  assert.deepEqual(samples.get('Shapes/1'), [{ text: 'a' }, { text: 'b', logprob: -2, tokens: 3 }]);
  refused(() => parseSamples('s', line({ task_id: 'Shapes/99' }), problems), /^s, line 1: the data set has no task/);
  refused(() => parseSamples('s', line({ completion: 7 }), problems), /"completion" is not a string/);
  refused(() => parseSamples('s', '\n', problems), /^s holds no completion/);
});
