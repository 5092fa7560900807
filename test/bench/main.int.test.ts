import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { softwareAdapterEnvironment } from '../../src/run/software-adapter.ts';

const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
const env = { ...process.env, ...softwareAdapterEnvironment() };
const bench = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env });

const SIZED = ['gemm', 'attention', 'decode', 'prefill', 'sharing', 'sample', 'judge', 'grow', 'load'];
/** They have options of their own. */
const SCRIPTS = ['gguf', 'selection', 'shapes', 'soak', 'sprout'];

test('an unknown name, or none, is a usage error that lists the names', () => {
  for (const args of [['nonsense'], [], ['constructor']]) {
    const { status, stdout, stderr } = bench(...args);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.ok(stderr.includes([...SIZED, ...SCRIPTS].join(', ')), stderr);
  }
});

test('an unknown option and a size that is no number are usage errors, under --json as an object', () => {
  for (const options of [['--nope'], ['--rows', 'many'], ['--rows', '0'], ['--seconds', '-1']]) {
    const { status, stdout } = bench('gemm', ...options, '--json');
    assert.equal(status, 2, stdout);
    const { error } = JSON.parse(stdout);
    assert.equal(error.code, 'usage');
    assert.match(error.remedy, /--rows, --columns/);
  }
});

test('a word that a benchmark does not know is a usage error, before anything is made', () => {
  const { status, stdout } = bench('load', '--format', 'f64', '--json');
  assert.equal(status, 2, stdout);
  assert.match(JSON.parse(stdout).error.remedy, /f16, gptq, q4_k/);
});

test('every benchmark with sizes names them under --help', () => {
  for (const name of SIZED) {
    const { status, stdout } = bench(name, '--help');
    assert.equal(status, 0);
    assert.match(stdout, /--[\w-]+ n,n,\.\.\..*default \d/);
  }
});

for (const [name, ...sizes] of [
  ['gemm', '--rows', '3', '--columns', '20', '--depth', '8'],
  ['attention', '--candidates', '3', '--prefix', '40', '--own', '5'],
  ['sample', '--rows', '2', '--vocabulary', '100'],
  ['decode', '--candidates', '2', '--prompt', '8', '--tokens', '2'],
  ['sharing', '--candidates', '2', '--prompt', '8', '--tokens', '2'],
  ['load', '--bytes', '9e6', '--format', 'gptq'],
]) {
  test(`${name} checks its result and prints one object with every sample`, () => {
    const { status, stdout, stderr } = bench(name!, ...sizes, '--seconds', '0', '--json');
    assert.equal(status, 0, stderr);
    const { bench: said, machine, versions, gpuAdapter, settings, check, rows, leftOut } = JSON.parse(stdout);
    assert.equal(said, name);
    assert.ok(machine.cores > 0 && versions.webgpu && gpuAdapter.backend && settings.secondsPerRow === 0);
    assert.ok(check.error >= 0 && check.error <= check.tolerance);
    assert.deepEqual(leftOut, []);
    assert.ok(rows.length > 0);
    for (const { figures } of rows) {
      for (const { median, samples } of Object.values(
        figures as Record<string, { median: number; samples: number[] }>,
      )) {
        assert.ok(samples.length >= (name === 'load' ? 1 : 3) && samples.every((value) => value > 0));
        assert.ok(median >= Math.min(...samples) && median <= Math.max(...samples));
      }
    }
  });
}
