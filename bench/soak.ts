/**
 * `npm run bench -- soak [--candidates n] [--json]`: judges thousands of candidates that write, leave and break things, and says
 * whether the user's files kept their hashes and what is left of the runs: processes, files, memory.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { memoryOf, treeOf } from '../src/judge/process/tree.ts';
import { JudgeClient } from '../src/run/judge-client.ts';

const FILES = {
  'words.py': 'def count_words(text):\n    raise NotImplementedError\n',
  'notes/keep.txt': 'mine\n',
  'test_words.py': [
    'import unittest',
    'from words import count_words',
    'class CountWords(unittest.TestCase):',
    '    def test_none(self):',
    "        self.assertEqual(count_words(''), 0)",
    '    def test_two(self):',
    "        self.assertEqual(count_words('a  b'), 2)",
    '',
  ].join('\n'),
};
const HEAD = 'import os, shutil, sys, time\ndef count_words(text):\n';
const CANDIDATES: { passes: boolean; text: string }[] = [
  { passes: true, text: 'return len(text.split())' },
  { passes: true, text: "open('left', 'a').write('x')\n    return len(text.split())" },
  { passes: true, text: "open('/tmp/left', 'a').write('x' * 65536)\n    return len(text.split())" },
  {
    passes: true,
    text: 'if os.fork() == 0:\n        os.setsid()\n        time.sleep(60)\n    return len(text.split())',
  },
  { passes: false, text: "return len(text.split(' '))" },
  { passes: false, text: "raise ValueError('no')" },
  { passes: false, text: 'os._exit(0)' },
  { passes: false, text: "shutil.rmtree('notes')\n    os.symlink('/', 'notes')\n    return 1" },
  { passes: false, text: "open('test_words.py', 'w').write('')\n    return len(text.split())" },
  { passes: false, text: "os.chmod('.', 0)\n    return 1" },
];
/** As many are asked about at once. */
const AT_ONCE = 64;
const PARTS = 10;

const { values } = parseArgs({
  options: { candidates: { type: 'string', default: '10000' }, json: { type: 'boolean' } },
});
const count = Number(values.candidates);
const workspace = mkdtempSync(join(tmpdir(), 'coppice-soak-'));
for (const [path, text] of Object.entries(FILES)) {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text);
}

function hash(): string {
  const all = createHash('sha256');
  for (const item of readdirSync(workspace, { recursive: true, withFileTypes: true })) {
    all.update(`${item.name}\0`);
    if (item.isFile()) all.update(readFileSync(join(item.parentPath, item.name)));
  }
  return all.digest('hex');
}

/** Entries of the temporary folder that are a judge's, with all that is in them. */
function files(): number {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith('coppice-judge-') && pids().includes(Number(name.split('-')[2])))
    .reduce(
      (sum, name) => sum + execFileSync('find', [join(tmpdir(), name)], { encoding: 'utf8' }).split('\n').length,
      0,
    );
}

const pids = () => treeOf(process.pid, 1000);
const MIB = 1024 ** 2;
const seen = () => ({
  processes: pids().length,
  memoryMib: Math.round(memoryOf(pids()) / MIB),
  files: files(),
});

const before = hash();
const judge = new JudgeClient();
let wrong = 0;
const samples: ({ candidates: number; seconds: number } & ReturnType<typeof seen>)[] = [];
let sandbox: string;
try {
  const opened = await judge.call({
    kind: 'open',
    options: {
      ...{ workspace, path: 'words.py', tests: { kind: 'auto' }, overlays: [], allowUnsandboxed: false },
      ...{ slots: availableParallelism(), timeoutMs: 5000 },
    },
  });
  sandbox = opened.sandbox;
  const began = performance.now();
  let next = 0;
  let done = 0;
  const sample = () => {
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    samples.push({ candidates: done, seconds, ...seen() });
    console.error(`soak: ${JSON.stringify(samples.at(-1))}`);
  };
  const work = async () => {
    while (next < count) {
      const n = next++;
      const { passes, text } = CANDIDATES[n % CANDIDATES.length]!;
      const candidate = { id: String(n), text: `${HEAD}    ${text}\n# ${n}\n` };
      const { report } = await judge.call({ kind: 'judge', session: opened.session, candidate });
      if ((report.verdict === 'passed') !== passes) {
        if (wrong++ < 5) console.error(`soak: wrong verdict: ${JSON.stringify(report)}`);
      }
      if (++done % Math.ceil(count / PARTS) === 0) sample();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await judge.call({ kind: 'close', session: opened.session });
} finally {
  await judge.dispose();
}
const result = { candidates: count, sandbox, wrong, hashUnchanged: hash() === before, samples, after: seen() };
rmSync(workspace, { recursive: true, force: true });
console.log(JSON.stringify(result, undefined, values.json ? 0 : 2));
process.exitCode = wrong === 0 && result.hashUnchanged ? 0 : 1;
