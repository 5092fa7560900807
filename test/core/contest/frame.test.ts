import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { frameFor, PROGRAM_LANGUAGES, type ProgramLanguage } from '../../../src/core/contest/frame.ts';
import { contestProblem } from '../../../src/core/contest/problem.ts';
import { findTarget } from '../../../src/run/target.ts';
import { replaceBody } from '../../../src/syntax/region.ts';
import { Syntax } from '../../../src/syntax/syntax.ts';
import { scratchFolder } from '../../run/scratch.ts';

const syntax = await Syntax.load();

interface Solved {
  name: string;
  samples: [input: string, output: string][];
  /** Of the function, in Python and in JavaScript. */
  python: string;
  javascript: string;
}

/** Of every form of input that is told apart, with right bodies. */
const PROBLEMS: Solved[] = [
  {
    name: 'A. Sum of Two',
    ...{
      samples: [
        ['1 2\n', '3\n'],
        ['10 -4', '6'],
      ],
      python: 'return a + b',
      javascript: 'return a + b;',
    },
  },
  {
    name: 'Largest Number',
    samples: [
      ['3\n1 9 3\n', '9\n'],
      ['1\n5\n', '5\n'],
    ],
    ...{ python: 'return max(numbers)', javascript: 'return Math.max(...numbers);' },
  },
  {
    name: 'Backwards',
    samples: [
      ['hello\n', 'olleh\n'],
      ['a b c\n', 'c b a\n'],
    ],
    ...{ python: 'return text[::-1]', javascript: "return [...text].reverse().join('');" },
  },
  {
    name: 'Two Each Time',
    samples: [
      ['2\n1 2\n3 4\n', '3\n7\n'],
      ['1\n5 6\n', '11\n'],
    ],
    ...{ python: 'return a + b', javascript: 'return a + b;' },
  },
  {
    name: 'Rows of Pairs',
    samples: [
      ['2\n1 2\n3 4\n', '14\n'],
      ['3\n1 1\n2 2\n3 3', '14'],
    ],
    python: 'return sum(x * y for x, y in rows)',
    javascript: 'return rows.reduce((sum, [x, y]) => sum + x * y, 0);',
  },
  {
    name: 'Every Line Upper',
    samples: [
      ['2\nan apple\nb\n', 'AN APPLE\nB\nEND\n'],
      ['1\nc d\n', 'C D\nEND\n'],
    ],
    python: "return [line.upper() for line in lines] + ['END']",
    javascript: "return [...rows.map((row) => row.toUpperCase()), 'END'];",
  },
  {
    name: 'Sorted Numbers',
    samples: [
      ['3 1 2\n', '1 2 3\n'],
      ['5 4\n', '4 5\n'],
      ['9 8 7 6 5\n', '5 6 7 8 9\n'],
    ],
    ...{ python: 'return sorted(numbers)', javascript: 'return numbers.sort((x, y) => x - y);' },
  },
  {
    name: 'Word and Number',
    samples: [
      ['ab 3\n', 'ababab\n'],
      ['x 1\n', 'x\n'],
    ],
    ...{ python: 'return text * a', javascript: 'return text.repeat(a);' },
  },
  {
    name: 'No Form at All',
    samples: [
      ['1 2\n3\n4 5 6\n', '3\n'],
      ['7\n', '1\n'],
    ],
    ...{ python: 'return len(lines)', javascript: 'return lines.length;' },
  },
  { name: 'Says Hello', samples: [['', 'hello\n']], python: "return 'hello'", javascript: "return 'hello';" },
];

const WRITERS: Record<ProgramLanguage, 'python' | 'javascript'> = {
  ...{ python: 'python', javascript: 'javascript', typescript: 'javascript' },
};

function framed({ name, samples }: Pick<Solved, 'name' | 'samples'>, language: ProgramLanguage, statement?: string) {
  const tests = samples.map(([input, output]) => ({ input, output }));
  return frameFor(contestProblem({ name, url: 'https://example.org/p', tests }), language, statement);
}

const hasPython = spawnSync('python3', ['--version']).status === 0;

for (const language of PROGRAM_LANGUAGES) {
  const skip = language === 'python' && !hasPython && 'no Python';
  test(`a frame in ${language} with the right body passes all samples, whatever form they have`, { skip }, () => {
    const folder = scratchFolder();
    for (const problem of PROBLEMS) {
      const { path, text, symbol } = framed(problem, language);
      const asWritten = (changed: string) => changed;
      const source = { workspace: folder, path, text, language, asWritten };
      const { region } = findTarget(syntax, source, { symbol });
      const body = problem[WRITERS[language]];
      const program = replaceBody(text, region, `${region.bodyIndent}${body}\n`);
      writeFileSync(join(folder, path), program);
      for (const [input, output] of problem.samples) {
        const argv = language === 'python' ? ['python3', path] : [process.execPath, path];
        const said = execFileSync(argv[0]!, argv.slice(1), { cwd: folder, input, encoding: 'utf8', stdio: 'pipe' });
        assert.equal(said.trimEnd(), output.trimEnd(), `${problem.name}\n${program}`);
      }
    }
  });

  test(`a statement with quotes, backslashes and ends of comments leaves a frame in ${language} that parses`, () => {
    const statement = 'Say """hi""" \\n and */ then "\\\nsecond line"""';
    const { text, symbol, tests } = framed(PROBLEMS[0]!, language, statement);
    assert.ok(syntax.parses(language, text), text);
    assert.ok(syntax.findFunction(language, text, { symbol }), text);
    for (const shown of tests) assert.ok(syntax.parses(language, shown.text), shown.text);
  });
}

test('the samples are shown as tests of the function that call it with what is read', () => {
  const [shown] = framed(PROBLEMS[1]!, 'python').tests;
  assert.match(shown!.text, /assertEqual\(largest_number\(\[1, 9, 3\]\), 9\)/);
});

test('a name that says nothing, or what is taken, becomes one that can be used', () => {
  const symbolOf = (name: string) => framed({ ...PROBLEMS[0]!, name }, 'python').symbol;
  assert.equal(symbolOf('Sum'), 'solve_sum');
  assert.equal(symbolOf('和'), 'solve');
  assert.equal(symbolOf('3 Bears & a Café'), 'solve_3_bears_a_cafe');
  assert.equal(symbolOf('C1. Two Sums (easy version)'), 'two_sums_easy_version');
  assert.ok(symbolOf('very '.repeat(30)).length <= 46);
});
