import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Output } from '../../src/core/report.ts';
import { findPrograms } from '../../src/judge/runtime/program.ts';
import { lines, TestJudge, Workspace } from './workspace.ts';

/** A Python that has the library; it need not be the first. */
const python = findPrograms('python3').find((program) => {
  return spawnSync(program, ['-c', 'import hypothesis'], { cwd: tmpdir() }).status === 0;
});
const skip = python === undefined && 'no python3 on PATH has Hypothesis (on Debian: python3-hypothesis)';

/** A virtual environment of a workspace, as `venv` makes it, which sees what that Python has installed. */
function addEnvironment(root: string, program: string): void {
  const bin = join(root, '.venv', 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(program, join(bin, 'python'));
  const settings = [`home = ${dirname(program)}`, 'include-system-site-packages = true'];
  writeFileSync(join(root, '.venv', 'pyvenv.cfg'), lines(...settings));
}

/** What a text gives where the file has this header and no tests. */
async function observed(header: string[], ...texts: string[]): Promise<Output[] | null> {
  using workspace = new Workspace({ 'shapes.py': lines(...header, '    pass') });
  addEnvironment(workspace.root, python!);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'shapes.py', {
    symbol: 'area',
    tests: { kind: 'none' },
    hypothesis: true,
  });
  return (await judge.ask({ kind: 'observe', session, text: lines(...header, ...texts) })).outputs;
}

const made = (outputs: Output[] | null) => outputs!.filter(({ origin }) => origin === 'hypothesis');
const literal = String.raw`(-?\d+(\.\d+)?|'[^']*'|"[^"]*")`;

test('types of the project that we can not read are made by Hypothesis, the same ones each time', {
  skip,
}, async () => {
  const header = [
    'from typing import Literal, NewType, TypedDict',
    "Unit = NewType('Unit', int)",
    "class Box(TypedDict):\n    name: str\n    sides: 'Sides'",
    'Sides = list[tuple[Unit, float]]',
    "def area(box: Box, kind: Literal['a', 'b'] = 'a') -> float:",
  ];
  const outputs = await observed(header, '    return len(box["sides"]), kind');
  assert.equal(outputs!.length, 8, 'our own generators know nothing of these');
  const field = String.raw`('name': ${literal}|'sides': \[(\(-?\d+, -?[\d.]+\)(, )?)*\])`;
  const call = new RegExp(`^area\\(\\{${field}, ${field}\\}, '[ab]'\\)$`);
  for (const { input, clean, origin } of outputs!) {
    assert.match(input, call);
    assert.ok(clean);
    assert.equal(origin, 'hypothesis');
  }
  assert.equal(new Set(outputs!.map(({ input }) => input)).size, 8);
  assert.ok(
    outputs!.some(({ text }) => !text.startsWith('(0')),
    'not all of them are empty',
  );
  assert.deepEqual(await observed(header, '    return len(box["sides"]), kind'), outputs);
});

test('what Hypothesis makes joins our own inputs and is told from them', { skip }, async () => {
  const outputs = await observed(['def area(sides: list[int]) -> int:'], '    return sum(sides)');
  assert.equal(outputs!.filter(({ origin }) => origin === undefined).length, 24);
  assert.ok(made(outputs).length >= 4);
  assert.ok(made(outputs).every(({ input, clean }) => clean && /^area\(\[(-?\d{1,4}(, )?)*\]\)$/.test(input)));
});

test('what is no literal is left out, and a project that spoils it costs these inputs alone', { skip }, async () => {
  const own = ['class Box:\n    def __init__(self, side: int): self.side = side', 'def area(box: Box) -> int:'];
  assert.equal(await observed(own, '    return 1'), null);
  const fails = ['class Box:\n    def __init__(self): raise SystemExit(3)', 'def area(box: Box | int) -> int:'];
  const hangs = ['import time', 'class Box:\n    def __init__(self): time.sleep(60)', ...fails.slice(1)];
  for (const header of [fails, hangs]) {
    const outputs = await observed(header, '    return 1');
    assert.ok(outputs!.length >= 10 && outputs!.every(({ clean }) => clean), JSON.stringify(outputs));
  }
});

test('a project can not put words into what Hypothesis made', { skip }, async () => {
  const forges = [
    'import sys',
    'class Odd(int):\n    def __repr__(self): return \'__import__("os").getpid()\'',
    'recorder = sys.modules.get("coppice_records")',
    `if recorder: recorder.record(event='input', call='area(1); area(__import__("os").getpid())')`,
    `if recorder: recorder.record(event='input', call='area(open(1))')`,
    'def area(side: Odd) -> int:',
  ];
  const outputs = await observed(forges, '    return 1');
  assert.ok(
    (outputs ?? []).every(({ input }) => /^area\(-?\d+\)$/.test(input)),
    JSON.stringify(outputs),
  );
});
