import type { JudgeOptions } from '../../../src/core/protocol.ts';
import { lines } from '../workspace.ts';
import { type Attack, REACHED, type StageName, type Targets } from './attack.ts';

/** A small project whose tests an honest candidate passes: `work` counts words. */
export interface Stage {
  /** The file that candidates replace. */
  path: string;
  files: Record<string, string>;
  honest: string;
  /** How it is tested; by default its tests are found. */
  tests?: JudgeOptions['tests'];
  /** The text of a candidate. */
  text(attack: Attack, targets: Targets): string;
}

const [HALF, OTHER_HALF] = [REACHED.slice(0, 5), REACHED.slice(5)];
const onLoad = ({ twice, top = '', source }: Attack) => (twice ? source : top).trim();
const onCall = ({ twice, source }: Attack) => (twice ? '' : source);
const indented = (text: string) => text.trim().replace(/^/gm, '    ');

const PYTHON = {
  path: 'work.py',
  honest: 'def work(text):\n    return len(text.split())\n',
  text: (attack: Attack, targets: Targets) =>
    lines(
      'import ctypes, gc, glob, json, os, signal, socket, struct, subprocess, sys, threading, time',
      ...Object.entries(targets).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
      'libc = ctypes.CDLL(None, use_errno=True)',
      'def reached(what):',
      `    print('${HALF}' + '${OTHER_HALF}', what, flush=True)`,
      'def attempt(what, act):',
      '    try:',
      '        act()',
      '    except BaseException as error:',
      '        print(what, type(error).__name__, flush=True)',
      '    else:',
      '        reached(what)',
      'def put(path, text):',
      "    with open(path, 'w') as file: file.write(text)",
      'def show(act):',
      '    try:',
      '        print(act(), flush=True)',
      '    except BaseException as error:',
      '        print(type(error).__name__, flush=True)',
      onLoad(attack),
      'def work(text):',
      indented(onCall(attack) || 'pass'),
    ),
};

/** A problem of HumanEval: the prompt has a function that the tests call too. */
const PROMPT = 'def near(a, b):\n    return a == b\n\n\ndef work(text):\n    """How many words."""\n';
const PROBLEM = [
  'def check(candidate):',
  "    assert near(candidate(''), 0)",
  "    assert candidate('a  b') == 2",
  "    assert abs(candidate('a b c') - 3) < 1e-6",
];
const problem = (code: string) =>
  JSON.stringify({
    code: `${PROMPT}    pass\n${code}`,
    tests: [lines(...PROBLEM), 'check(work)'],
    context: { prompt: PROMPT, entryPoint: 'work' },
  });

const PYTHON_FILES = { 'work.py': 'def work(text):\n    raise NotImplementedError\n', 'notes/keep.txt': 'mine' };

const NODE = {
  path: 'work.js',
  honest: 'export function work(text) {\n  return text.split(" ").filter(Boolean).length;\n}\n',
  text: (attack: Attack, targets: Targets) =>
    lines(
      "import assert from 'node:assert';",
      "import { execFileSync, spawn } from 'node:child_process';",
      "import fs from 'node:fs';",
      "import dgram from 'node:dgram';",
      "import net from 'node:net';",
      ...Object.entries(targets).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`),
      `const reached = (what) => console.log('${HALF}' + '${OTHER_HALF}', what);`,
      'const attempt = (what, act) => { try { act(); } catch (error) { console.log(what, error.code); return; } reached(what); };',
      'const show = (act) => { try { console.log(String(act())); } catch (error) { console.log(error.code); } };',
      onLoad(attack),
      'export function work(text) {',
      indented(onCall(attack)),
      '}',
    ),
};

const NODE_FILES = {
  'package.json': '{"type": "module"}',
  'node_modules/one/package.json': '{"name": "one", "version": "1.0.0", "main": "index.js"}',
  'node_modules/one/index.js': 'module.exports = 1;\n',
  'work.js': 'export function work(text) {\n  throw new Error("not yet");\n}\n',
};
const NODE_HEAD = [
  "import assert from 'node:assert';",
  "import { test } from 'node:test';",
  "import { work } from './work.js';",
];
const NODE_QUICK = "test('loads', () => assert.equal(typeof work, 'function'));";
const NODE_WORK = [
  "test('none', () => assert.equal(work(''), 0));",
  "test('two', () => assert.deepStrictEqual([work('a  b')], [2]));",
];

export const STAGES: Record<StageName, Stage> = {
  unittest: {
    ...PYTHON,
    files: {
      ...PYTHON_FILES,
      'test_first.py': lines(
        'import unittest',
        'from work import work',
        'class First(unittest.TestCase):',
        '    def test_loads(self):',
        '        self.assertTrue(callable(work))',
      ),
      'test_work.py': lines(
        'import unittest',
        'from work import work',
        'class Work(unittest.TestCase):',
        '    def test_none(self):',
        "        self.assertEqual(work(''), 0)",
        '    def test_two(self):',
        "        self.assertEqual([work('a  b')], [2])",
      ),
    },
  },
  pytest: {
    ...PYTHON,
    files: {
      ...PYTHON_FILES,
      'test_first.py': lines('from work import work', 'def test_loads():', '    assert callable(work)'),
      'test_work.py': lines(
        'from work import work',
        'def test_none():',
        "    assert work('') == 0",
        'def test_two():',
        "    assert [work('a  b')] == [2]",
      ),
    },
  },
  program: {
    path: 'program.json',
    tests: { kind: 'program' },
    files: { 'program.json': JSON.stringify({ code: '', tests: [] }) },
    honest: problem(PYTHON.honest),
    text: (attack, targets) => problem(PYTHON.text(attack, targets)),
  },
  node: { ...NODE, files: { ...NODE_FILES, 'work.test.js': lines(...NODE_HEAD, NODE_QUICK, ...NODE_WORK) } },
  'node-files': {
    ...NODE,
    files: {
      ...NODE_FILES,
      'first.test.js': lines(...NODE_HEAD, NODE_QUICK),
      'work.test.js': lines(...NODE_HEAD, ...NODE_WORK),
    },
  },
  shell: {
    path: 'work.sh',
    tests: { kind: 'command', command: 'sh test.sh' },
    honest: 'set -- $1\necho $#\n',
    files: {
      'work.sh': 'exit 1\n',
      'test.sh': lines(
        `one=$(sh ./work.sh '') || exit 1`,
        `two=$(sh ./work.sh 'a  b') || exit 1`,
        '[ "$one" = 0 ] || exit 1',
        '[ "$two" = 2 ] || exit 1',
        'exit 0',
      ),
    },
    text: ({ source }, targets) =>
      lines(
        ...Object.entries(targets).map(([name, value]) => `${name}='${value}'`),
        `reached() { echo ${HALF}"${OTHER_HALF}" "$*" >&2; }`,
        'attempt() { if "$@" >&2 2>&1; then reached "$*"; fi; }',
        source.trim(),
      ),
  },
  c: {
    path: 'work.c',
    tests: { kind: 'command', command: 'sh test.sh' },
    honest: lines(
      '#include <stdio.h>',
      '#include <string.h>',
      'int main(int count, char **arguments) {',
      '  int words = 0;',
      '  for (char *word = strtok(arguments[1], " "); word; word = strtok(0, " ")) words++;',
      '  printf("%d", words);',
      '  return 0;',
      '}',
    ),
    files: {
      'work.c': 'int main(void) { return 1; }\n',
      'test.sh': lines(
        'cc -w -o work.out work.c || exit 2',
        `one=$(./work.out '') || exit 1`,
        `two=$(./work.out 'a  b') || exit 1`,
        '[ "$one" = 0 ] || exit 1',
        '[ "$two" = 2 ] || exit 1',
        'exit 0',
      ),
    },
    text: ({ source, top = '' }, targets) =>
      lines(
        '#define _GNU_SOURCE',
        ...HEADERS.map((name) => `#include <${name}>`),
        ...Object.entries(targets).map(([name, value]) => `#define ${name} ${JSON.stringify(value)}`),
        `static void reached(const char *what) { fprintf(stderr, "%s%s %s\\n", "${HALF}", "${OTHER_HALF}", what); }`,
        '#define ATTEMPT(call) do { if ((long)(call) >= 0) reached(#call); else perror(#call); } while (0)',
        top.trim(),
        'int main(int count, char **arguments) {',
        indented(source),
        '  return 0;',
        '}',
      ),
  },
};

const HEADERS = [
  ...['errno.h', 'fcntl.h', 'sched.h', 'signal.h', 'stdint.h', 'stdio.h', 'stdlib.h', 'string.h', 'time.h', 'unistd.h'],
  ...['sys/mman.h', 'sys/mount.h', 'sys/prctl.h', 'sys/ptrace.h', 'sys/socket.h', 'sys/stat.h', 'sys/syscall.h'],
  ...['sys/time.h', 'sys/user.h', 'sys/wait.h', 'linux/sched.h'],
];
