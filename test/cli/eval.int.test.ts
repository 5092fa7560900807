import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { findPython } from '../../src/judge/runtime/python.ts';
import { below, randomFrom } from '../engine/random-numbers.ts';
import { without } from '../judge/workspace.ts';
import { scratchFolder } from '../run/scratch.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const dataset = (name: string) => fileURLToPath(new URL(`../fixtures/eval/${name}.jsonl`, import.meta.url));
const rows = (name: string) =>
  readFileSync(dataset(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const skip = without.python;

interface Sample {
  task_id: string;
  completion: string;
}

function coppiceEval(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [main, 'eval', ...args, '--json', '--allow-unsandboxed'],
    {
      encoding: 'utf8',
    },
  );
  assert.match(stdout, /^\{.*\}\n$/, stderr);
  return { status, value: JSON.parse(stdout) };
}

const written = (name: string, lines: object[]) =>
  join(scratchFolder({ [name]: lines.map((line) => `${JSON.stringify(line)}\n`).join('') }), name);

/** Empty for a process that is gone or somebody else's. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** A right completion with one small thing changed, or none. */
function mutated(code: string, random: () => number): string {
  const changes: [RegExp, string][] = [
    [/\b1\b/, '2'],
    [/\b0\b/, '1'],
    [/\+/, '-'],
    [/<=?/, '>'],
    [/return /, 'return not '],
    [/xs\b/, 'xs[1:]'],
    [/len\(/, 'max('],
    [/:\n/, '\n'],
    [/\bif\b/, 'while'],
  ];
  const [from, to] = changes[below(random, changes.length)]!;
  return random() < 0.25 ? code : code.replace(from, to);
}

/** What the published harness does, written again: everything in one text, right when it ends. */
const PLAIN = `
import json, sys
program = json.load(sys.stdin)
sys.stdout = sys.stderr = open('/dev/null', 'w')
try:
    exec(program, {})
except BaseException:
    sys.exit(1)
`;

test('every verdict is that of a plain run in a process of its own', { skip }, () => {
  const random = randomFrom(Math.floor(Math.random() * 2 ** 32));
  const python = findPython(tmpdir()).path;
  for (const name of ['humaneval', 'mbpp']) {
    const samples: (Sample & { program: string })[] = rows(name).flatMap((row) =>
      Array.from({ length: 12 }, () => {
        const completion = mutated(row.canonical_solution ?? row.code, random);
        const rest = row.test ? [row.test, `check(${row.entry_point})`] : [row.test_setup_code, ...row.test_list];
        return {
          task_id: String(row.task_id),
          completion,
          program: [(row.prompt ?? '') + completion, ...rest].join('\n'),
        };
      }),
    );
    const plain = samples.map(({ program }) => {
      const run = spawnSync(python, ['-c', PLAIN], { input: JSON.stringify(program), timeout: 3000 });
      return run.status === 0;
    });
    assert.ok(plain.includes(true) && plain.includes(false));
    const path = written(
      'samples.jsonl',
      samples.map(({ program, ...sample }) => sample),
    );
    const { value } = coppiceEval(dataset(name), '--samples', path, '--k', '1,12');
    const places = new Map<string, number>();
    const verdicts = new Map(
      value.problems.map((problem: { task_id: string; verdicts: string[] }) => [problem.task_id, problem.verdicts]),
    );
    for (const [at, { task_id, completion }] of samples.entries()) {
      const place = places.get(task_id) ?? 0;
      places.set(task_id, place + 1);
      const verdict = (verdicts.get(task_id) as string[])[place];
      assert.equal(verdict === 'passed', plain[at], `${task_id}: ${verdict} for\n${completion}`);
    }
    assert.equal(value.summary.solutions.checked, 10);
    assert.deepEqual(value.summary.solutions.wrong, []);
  }
});

test('completions that leave early, hang, print or patch do not pass', { skip }, () => {
  const completions = {
    hangs: '    while True: pass\n',
    exits: '    raise SystemExit(0)\n',
    leaves: '    pass\nimport os\nos._exit(0)\n',
    prints: '    print("1 passed")\n',
    patches: '    return 0\nimport builtins\nbuiltins.AssertionError = ValueError\n',
    swallows: '    return 0\n"""\n',
    parses: '    return (\n',
    right: '    return 2 * (w + h)\n',
  };
  const lines = Object.values(completions).map((completion) => ({ task_id: 'Shapes/0', completion }));
  const { status, value } = coppiceEval(
    dataset('humaneval'),
    '--samples',
    written('s.jsonl', lines),
    '--timeout',
    '1000',
  );
  assert.equal(status, 0);
  const { verdicts, first } = value.problems[0];
  const verdictOf = Object.fromEntries(Object.keys(completions).map((name, at) => [name, verdicts[at]]));
  assert.deepEqual(verdictOf, {
    ...{
      hangs: 'timeout',
      exits: 'error',
      leaves: 'error',
      prints: 'failed',
      patches: 'failed',
      swallows: 'unparsable',
    },
    ...{ parses: 'unparsable', right: 'passed' },
  });
  assert.deepEqual(first, { index: 7, passed: true });
});

test('a pass that only shares a process with its tests is none, and one that nobody can tell is named', {
  skip,
}, () => {
  const completions = {
    right: '    return 2 * (w + h)\n',
    // Three assertions, each with what it expects behind what it gives.
    reads: [
      '    import dis, sys',
      '    code = sys._getframe(1).f_code',
      '    values = [each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_CONST", "LOAD_SMALL_INT")]',
      '    at = next(n for n in range(len(values)) if values[n:n + 2] == [w, h])',
      '    return values[at + 2]',
    ].join('\n'),
    claims: '    return type("Any", (int,), {"__eq__": lambda *_: True})()\n',
    // Of a name that the tests use, so that it may be what they are about.
    decides: '    return type("candidate", (int,), {"__eq__": lambda *_: True})()\n',
    wrong: '    return w + h\n',
  };
  const lines = Object.values(completions).map((completion) => ({ task_id: 'Shapes/0', completion }));
  const samples = written('s.jsonl', lines);
  const results = join(scratchFolder({}), 'results.jsonl');
  const evaluated = (...args: string[]) => coppiceEval(dataset('humaneval'), '--samples', samples, ...args).value;
  const verdicts = {
    report: ['passed', 'contradicted', 'contradicted', 'passed', 'failed'],
    require: ['passed', 'contradicted', 'contradicted', 'unconfirmed', 'failed'],
    off: ['passed', 'passed', 'passed', 'passed', 'failed'],
  };
  const why = 'its own candidate.__eq__ decides';
  for (const [isolation, expected] of Object.entries(verdicts)) {
    // What is known of a pass is the same for two of them.
    const kept = isolation === 'off' ? [] : ['--resume', results];
    const { run, summary, problems } = evaluated('--isolation', isolation, ...kept);
    assert.equal(run.isolation, isolation);
    assert.equal(run.resumed, isolation === 'require' ? lines.length : 0);
    assert.deepEqual(problems[0].verdicts, expected);
    assert.equal(problems[0].passed, expected.filter((verdict) => verdict === 'passed').length);
    const notes = summary.notes.join('\n');
    if (isolation === 'off') {
      assert.equal(summary.unconfirmed, null);
      assert.match(notes, /one written to cheat can pass/);
    } else {
      assert.deepEqual(problems[0].unconfirmed, [{ index: 3, why }]);
      assert.deepEqual(summary.unconfirmed, { passes: 1, reasons: [{ why, passes: 1 }] });
      assert.match(notes, /2 completions passed only beside their tests: counted as wrong/);
      assert.match(notes, /1 pass could not be confirmed .*: its own candidate\.__eq__ decides \(1\)/);
    }
  }
  const { status, value } = coppiceEval(
    dataset('humaneval'),
    ...['--samples', samples, '--isolation', 'off', '--resume', results],
  );
  assert.equal(status, 2);
  assert.match(value.error.message, /its isolation is not the same/);
});

test('an interrupted run goes on from its results, and those of another run are refused', { skip }, () => {
  const lines = rows('mbpp').flatMap(({ task_id, code }) => [
    { task_id: String(task_id), completion: 'def nothing(): pass' },
    { task_id: String(task_id), completion: code },
  ]);
  const samples = written('s.jsonl', lines);
  const results = join(scratchFolder({}), 'results.jsonl');
  const whole = coppiceEval(dataset('mbpp'), '--samples', samples, '--resume', results).value;
  assert.equal(whole.run.resumed, 0);
  const kept = readFileSync(results, 'utf8');
  // In the middle of a line, as where the machine was switched off.
  writeFileSync(results, kept.slice(0, kept.length / 2));
  const again = coppiceEval(dataset('mbpp'), '--samples', samples, '--resume', results).value;
  assert.ok(again.run.resumed > 0 && again.run.resumed < lines.length);
  assert.deepEqual(again.summary, whole.summary);
  assert.deepEqual(again.problems, whole.problems);

  const { status, value } = coppiceEval(
    dataset('mbpp'),
    '--samples',
    written('other.jsonl', lines.slice(1)),
    '--resume',
    results,
  );
  assert.equal(status, 2);
  assert.equal(value.error.code, 'results-invalid');
  assert.match(value.error.message, /holds results of another run: its samples is not the same/);
});

test('a packed data set is read, and one that is damaged is refused', { skip }, () => {
  const folder = scratchFolder({});
  const packed = gzipSync(readFileSync(dataset('mbpp')));
  writeFileSync(join(folder, 'd.gz'), packed);
  writeFileSync(join(folder, 'cut.gz'), packed.subarray(0, packed.length / 2));
  const samples = written('s.jsonl', [{ task_id: '1', completion: 'def double_all(xs): return [2 * x for x in xs]' }]);
  const { summary } = coppiceEval(join(folder, 'd.gz'), '--samples', samples).value;
  assert.equal(summary.passAtK[0].value, 1);
  assert.match(summary.notes.join(), /9 problems/);
  const { status, value } = coppiceEval(join(folder, 'cut.gz'), '--samples', samples);
  assert.equal(status, 2);
  assert.match(value.error.message, /is packed with gzip and damaged/);
});

test('a model fills in the functions, and the same seed the same way', { skip }, () => {
  const small = join(
    scratchFolder({ 'd.jsonl': readFileSync(dataset('mbpp'), 'utf8').split('\n').slice(0, 2).join('\n') }),
    'd.jsonl',
  );
  const grow = () => coppiceEval(small, '-n', '3', '--k', '1,3', '--max-tokens', '24', '--seed', '7').value;
  const [one, two] = [grow(), grow()];
  assert.equal(one.summary.completions.total, 6);
  assert.deepEqual(one.problems, two.problems);
});

test('Ctrl-C ends it at once with what was judged kept, and nothing goes on running', { skip }, async () => {
  const marker = `coppice_eval_${process.pid}_${Math.floor(Math.random() * 2 ** 32)}`;
  const right = { task_id: 'Shapes/0', completion: '    return 2 * (w + h)\n' };
  // Each starts a process that would outlive it, with a name of ours in its environment.
  const hanging = Array.from({ length: 30 }, (_, i) => ({
    task_id: 'Shapes/0',
    completion: `    import subprocess\n    subprocess.run(["sleep", "60"], env={"${marker}": "${i}"})\n`,
  }));
  const results = join(scratchFolder({}), 'results.jsonl');
  const args = [
    'eval',
    dataset('humaneval'),
    '--samples',
    written('s.jsonl', [right, ...hanging]),
    '--resume',
    results,
  ];
  const child = spawn(process.execPath, [main, ...args, '--slots', '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const isKept = () => existsSync(results) && readFileSync(results, 'utf8').includes('"passed"');
  const running = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(marker));
  for (let wait = 0; wait < 300 && !(isKept() && running().length > 0); wait++) await delay(100);
  assert.ok(isKept() && running().length > 0, errors);
  child.kill('SIGINT');
  const since = performance.now();
  assert.equal(await ended, 130, errors);
  assert.ok(performance.now() - since < 3000);
  assert.match(errors, /cancelled/);
  assert.deepEqual(running(), []);

  const { value } = coppiceEval(dataset('humaneval'), '--samples', written('one.jsonl', [right]));
  assert.equal(value.summary.counts.passed, 1);
});

test('what can not be asked is refused with what to do about it', () => {
  const refusals: [args: string[], status: number, code: string, message: RegExp][] = [
    [['nowhere.jsonl'], 2, 'file-not-found', /nowhere\.jsonl can not be read/],
    [[dataset('mbpp'), '--samples', 'nowhere.jsonl'], 2, 'file-not-found', /nowhere\.jsonl can not be read/],
    [[dataset('mbpp'), '--samples', dataset('mbpp')], 2, 'candidates-invalid', /line 1: "completion" is missing/],
    [[dataset('mbpp'), '--samples', 's', '-n', '3'], 2, 'usage', /cannot be used with option/],
    [[dataset('mbpp'), '--k', '1,x'], 2, 'usage', /whole numbers from 1/],
    [[dataset('mbpp'), '-n', '0'], 2, 'usage', /-n/],
  ];
  for (const [args, status, code, message] of refusals) {
    const { status: got, value } = coppiceEval(...args);
    assert.equal(got, status, JSON.stringify(value));
    assert.equal(value.error.code, code);
    assert.match(value.error.message, message);
    assert.notEqual(value.error.remedy, '');
  }
});
