import { CoppiceError } from '../errors.ts';
import { type Row, rowsOf } from './lines.ts';
import type { Problem, Visible } from './problem.ts';

const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const REMEDY =
  'A problem is {"task_id", "prompt", "entry_point", "canonical_solution", "test"} as in HumanEval, or ' +
  '{"task_id", "text" or "prompt", "code", "test_list"} as in MBPP.';

/**
 * Reads the problems of a data set: JSON lines, or one JSON array as sanitized MBPP is published. Throws `dataset-invalid`
 * with the line.
 */
export function parseDataset(name: string, text: string): Problem[] {
  const seen = new Set<string>();
  const problems = rowsOf(name, text, invalid).map((row) => {
    const problem = row.has('test_list') ? mbpp(row) : humanEval(row);
    if (seen.has(problem.id)) throw row.wrong(`the task "${problem.id}" is there twice`);
    seen.add(problem.id);
    return problem;
  });
  if (problems.length > 0) return problems;
  throw invalid(`${name} holds no problem`);
}

function humanEval(row: Row): Problem {
  if (!row.has('test')) throw row.wrong('it has neither "test", as HumanEval, nor "test_list", as MBPP');
  const [id, prompt, test] = [row.id('task_id'), row.text('prompt'), row.text('test')];
  // A published edition of MBPP in this format has names with a blank behind them.
  const entryPoint = row.text('entry_point').trim();
  if (!IDENTIFIER.test(entryPoint)) throw row.wrong('"entry_point" is not the name of a function');
  return {
    ...{ id, format: 'humaneval', prompt, entryPoint, setup: '', tests: [test, `check(${entryPoint})`] },
    ...(row.has('canonical_solution') ? { solution: row.text('canonical_solution') } : {}),
    visible: shownIn(prompt, entryPoint),
  };
}

function shownIn(prompt: string, entryPoint: string): Visible {
  if (/^\s*>>> /m.test(prompt)) return 'examples';
  return new RegExp(`(?<![\\p{L}\\p{N}_.])(?<!def )${entryPoint}\\(`, 'u').test(prompt) ? 'calls' : 'nothing';
}

function mbpp(row: Row): Problem {
  const tests = row.texts('test_list');
  if (tests.length === 0) throw row.wrong('"test_list" is empty');
  const code = row.has('code') ? row.text('code') : undefined;
  const imports = row.has('test_imports') ? row.texts('test_imports') : [];
  const setup = row.has('test_setup_code') ? row.text('test_setup_code') : '';
  const entryPoint = calledFunction(tests[0]!, code);
  return {
    ...{
      id: row.id('task_id'),
      format: 'mbpp',
      prompt: '',
      description: row.text(row.has('text') ? 'text' : 'prompt'),
    },
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(code === undefined ? {} : { solution: code }),
    setup: [...imports, setup].filter((part) => part !== '').join('\n'),
    tests,
    visible: 'first-assert',
  };
}

/** The name that a test calls and the data set's own code defines: `round` in `assert round(area(2)) == 4` is not it. */
function calledFunction(test: string, code: string | undefined): string | undefined {
  const called = [...test.matchAll(/(?<![\p{L}\p{N}_.])([\p{L}_][\p{L}\p{N}_]*)\s*\(/gu)].map((match) => match[1]!);
  if (code === undefined) return called[0];
  const defined = new Set([...code.matchAll(/^def\s+([\p{L}_][\p{L}\p{N}_]*)/gmu)].map((match) => match[1]!));
  return called.find((name) => defined.has(name));
}

function invalid(what: string, cause?: unknown): CoppiceError {
  return new CoppiceError('dataset-invalid', `${what}.`, REMEDY, cause);
}
