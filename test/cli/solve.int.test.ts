import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../src/judge/runtime/program.ts';
import { without } from '../judge/workspace.ts';
import { RandomModel } from '../run/random-model.ts';
import { scratchFolder } from '../run/scratch.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const random = new RandomModel();
after(() => random.dispose());

const VOWELS = {
  ...{ name: 'Count Vowels', group: 'Practice', url: 'https://example.org/v', interactive: false },
  ...{ memoryLimit: 256, timeLimit: 1000, testType: 'single' },
  tests: [
    { input: 'hello world\n', output: '3\n' },
    { input: 'xyz\n', output: '0\n' },
    { input: 'AEIOU a\n', output: '6\n' },
  ],
  ...{ input: { type: 'stdin' }, output: { type: 'stdout' } },
};
const RIGHT = "print(sum(letter in 'aeiou' for letter in input().lower()))\n";
const files = scratchFolder({
  'vowels.json': JSON.stringify(VOWELS),
  'guess.json': JSON.stringify({ ...VOWELS, interactive: true }),
  'file.json': JSON.stringify({ ...VOWELS, input: { type: 'file', fileName: 'vowels.in' } }),
  'none.json': '{"name": "x", "tests": []}',
  'right.py': RIGHT,
  'wrong.py': 'print(3)\n',
  'right.cpp':
    '#include <iostream>\n#include <string>\nint main() { std::string s; std::getline(std::cin, s); int n = 0; for (char c : s) n += std::string("aeiouAEIOU").find(c) != std::string::npos; std::cout << n; }\n',
});
const at = (name: string) => join(files, name);

function start(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [main, ...args, '--allow-unsandboxed', '--json'], { env });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, value: JSON.parse(out) }));
  return { child, ended };
}
const solve = (...args: string[]) => start(['solve', ...args]).ended;

test('programs are grown by a real model, judged on the samples and ranked as those of grow', {
  skip: without.python,
}, async () => {
  const best = join(scratchFolder(), 'best.py');
  const statement = 'Count the vowels of a text, in either case.';
  const { code, value } = await solve(at('vowels.json'), '--statement', statement, '-n', '8', '--write', best);
  assert.equal(code, 0);
  assert.deepEqual(value.run.problem, {
    ...{ name: VOWELS.name, group: VOWELS.group, url: VOWELS.url, timeLimitMs: 1000, memoryLimitMb: 256 },
  });
  assert.equal(value.run.symbol, 'count_vowels');
  const [first] = value.ranking;
  assert.equal(first.report.passed, 3);
  assert.equal(readFileSync(best, 'utf8'), first.text);
  // What was written is a program by itself.
  const given = await solve(at('vowels.json'), best);
  assert.equal(given.code, 0);
  assert.equal(existsSync(value.run.workspace), false, 'its folder is gone');
});

test('candidates that fail honestly end with 1 and write nothing', { skip: without.python }, async () => {
  const best = join(scratchFolder(), 'best.py');
  const args = ['-n', '4', '--max-tokens', '16', '--model', random.folder, '--write', best];
  const { code, value } = await solve(at('vowels.json'), ...args);
  assert.equal(code, 1);
  assert.equal(value.ranking[0].report.passed, 0);
  assert.equal(existsSync(best), false);
});

test('programs that are given are judged and nothing is grown', { skip: without.python }, async () => {
  const { code, value } = await solve(at('vowels.json'), at('wrong.py'), at('right.py'));
  assert.equal(code, 0);
  assert.deepEqual(
    value.ranking.map((entry: { id: string; report: { passed: number } }) => [entry.id, entry.report.passed]),
    [
      ['right.py', 3],
      ['wrong.py', 1],
    ],
  );
  assert.equal((await solve(at('vowels.json'), at('wrong.py'))).code, 1);
});

test('a program in a language that is compiled is judged alike', {
  skip: !findProgram('c++') && 'no C++',
}, async () => {
  assert.equal((await solve(at('vowels.json'), at('right.cpp'))).code, 0);
});

test('what can not be solved is refused by name, with 2', async () => {
  const code = async (...args: string[]) => {
    const { code, value } = await solve(...args);
    return [code, value.error.code];
  };
  assert.deepEqual(await code(at('guess.json')), [2, 'problem-unsupported']);
  assert.deepEqual(await code(at('file.json')), [2, 'problem-unsupported']);
  assert.deepEqual(await code(at('none.json')), [2, 'problem-invalid']);
  assert.deepEqual(await code(at('right.py')), [2, 'usage']);
  assert.deepEqual(await code(at('vowels.json'), '--language', 'cobol'), [2, 'language-unsupported']);
  assert.deepEqual(await code(at('vowels.json'), at('right.py'), at('right.cpp')), [2, 'usage']);
});

test('an interrupt ends it and leaves no folder', { skip: without.python }, async () => {
  const temporary = scratchFolder();
  const args = ['solve', at('vowels.json'), '-n', '64', '--max-tokens', '512'];
  const { child, ended } = start(args, { TMPDIR: temporary });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    if (text.includes('prompt tree')) setTimeout(() => child.kill('SIGINT'), 500);
  });
  const { code, value } = await ended;
  assert.deepEqual([code, value.error.code], [130, 'cancelled']);
  assert.deepEqual(
    readdirSync(temporary).filter((name) => name.startsWith('coppice-solve-')),
    [],
  );
});

test('stress ends with 1 and the input where two programs differ, and with 0 where they do not', {
  skip: without.python,
}, async () => {
  const stress = (...args: string[]) => start(['stress', ...args]).ended;
  const wrong = await stress(at('wrong.py'), at('right.py'), '--samples', at('vowels.json'));
  assert.equal(wrong.code, 1);
  assert.deepEqual([wrong.value.difference.output, wrong.value.difference.why.slice(0, 6)], ['3\n', 'word 1']);
  const right = await stress(at('right.py'), at('right.py'), '--samples', at('vowels.json'), '--tries', '20');
  assert.deepEqual([right.code, right.value.difference, right.value.run.tried], [0, null, 20]);
  const nothing = await stress(at('right.py'), at('right.py'));
  assert.deepEqual([nothing.code, nothing.value.error.code], [2, 'usage']);
});
