/**
 * For node:test, loaded before the tests (`--import`) in each of their processes, and as the reporter.
 *
 * A single file runs without a runner process around it; then this module is both in one process. Cases arrive in the order
 * of the source, a parent's start before its children's.
 */
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { Duplex } from 'node:stream';
import nodeTest from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import forks from './coppice-forks.cjs';
import records from './coppice-records.cjs';

const SELF = fileURLToPath(import.meta.url);
const { COPPICE_ROOT: root, COPPICE_FILES: listed } = process.env;
/** Threads and programs that a test starts load this too, and nothing is told of them. */
const isTold = isMainThread && listed !== undefined;
const isRunner = process.execArgv.includes('--test');
const isChild = process.env.NODE_TEST_CONTEXT !== undefined;
// Node loads these late, and the last where it strips types.
if (forks.isServer) {
  isDeepStrictEqual(Duplex.from([]), Duplex.from([]));
  await Promise.all(['node:assert/strict', 'node:perf_hooks'].map((name) => import(name)));
  if (/\.[cm]?tsx?$/m.test(listed)) await import('./coppice-typed.mts');
}
if (isTold) forks.serve(root);
const began = performance.now();
if (!isRunner) for (const name of ['COPPICE_ROOT', 'COPPICE_FILES']) delete process.env[name];
const files = listed?.split('\n') ?? [];
/** Those that have tests of node:test: where none of them is told of, the file was left early, whatever its exit code. */
const testFiles = new Set(files.filter((file) => /['"]node:test['"]/.test(readFileSync(`${root}/${file}`, 'utf8'))));
const record = isTold ? (isChild ? undefined : records.claimRecords()) : () => {};

const pathOf = (file) => (file?.startsWith('file:') ? fileURLToPath(file) : file);
/** As the judge names it, on every system. */
const named = (path) => relative(root, path).replaceAll(sep, '/');
const fileOf = ({ file }) => (file === undefined ? undefined : named(pathOf(file)));

/** Given, since to word what is wrong node:assert would read and parse the source, which takes longer than the tests. */
const WHY = 'must fail';
const ASSERTIONS = [
  () => assert(false, WHY),
  () => assert.ok(false, WHY),
  () => assert.equal(1, 2, WHY),
  () => assert.strict.equal(1, 2, WHY),
  () => assert.deepEqual([1], [2], WHY),
  () => assert.deepStrictEqual({ a: 1 }, { a: 2 }, WHY),
  () => assert.match('a', /b/, WHY),
  () => assert.throws(() => {}, WHY),
  () => assert.rejects(async () => {}, WHY),
];

/**
 * Tests that must fail, after the others: nobody has changed what a test or an assertion is. Few, since each takes 1 ms: the
 * first fails where all assertions do.
 */
const CONTROLS = [
  async () => {
    for (const assertion of ASSERTIONS) if (!(await fails(assertion))) return;
    assert.strictEqual(1, 2, WHY);
  },
  () => {
    throw new Error(WHY);
  },
];

async function fails(assertion) {
  try {
    await assertion();
    return false;
  } catch {
    return true;
  }
}

/** One test with all of them inside: as todos, whose failure is told and leaves the exit code alone. */
function addControls() {
  nodeTest('controls', async (t) => {
    t.todo();
    // What is inside a todo is one by itself in Node 22 and 24 alone.
    await nodeTest.test('control', { todo: true }, CONTROLS[0]);
    await nodeTest.it('control', { todo: true }, CONTROLS[1]);
  });
}

/** What node:test does when nothing is left to do: it ends whatever still runs, so it has to wait for the controls. */
let finishTests;

function takeOver(name, listener) {
  if (name !== 'beforeExit' || listener.name !== 'exitHandler') return;
  process.removeListener('newListener', takeOver);
  finishTests = listener;
  queueMicrotask(() => process.removeListener('beforeExit', listener));
}

function beginEnd() {
  // A file without tests is a program, and its exit code the result.
  if (!finishTests) return record && !reporting ? tellProgram() : undefined;
  process.once('beforeExit', finishTests);
  addControls();
  // Something to do, so that the end is announced once more.
  setImmediate(() => {});
}

function tellProgram() {
  const status = process.exitCode ? 'failed' : testFiles.has(files[0]) ? 'error' : 'passed';
  record({ event: 'case', id: files[0], status, ms: performance.now() - began, file: files[0] });
  record({ event: 'control', held: true });
  record({ event: 'end' });
}

if (isTold && !isRunner) {
  process.on('newListener', takeOver);
  process.once('beforeExit', beginEnd);
}

if (isTold && record && !isRunner) {
  // Where a file does not load, the reporter is told of nothing.
  process.on('uncaughtExceptionMonitor', (error) => {
    if (reporting) return;
    const status = error?.name === 'AssertionError' ? 'failed' : 'error';
    record({ event: 'case', id: files[0], status, ms: 0, message: messageOf({ cause: error }), file: files[0] });
  });
}

let reporting = false;

function messageOf(error) {
  const cause = error?.cause;
  if (cause instanceof Error || (typeof cause === 'object' && cause !== null && 'message' in cause)) {
    return cause.name ? `${cause.name}: ${cause.message}` : `${cause.message}`;
  }
  return String(cause ?? error?.message ?? 'failed');
}

/** Node tells of a file that did not load what it told on stderr. */
function lastErrorIn(text) {
  return text.match(/^\w*Error\b.*/gm)?.at(-1) ?? text.trim().split('\n').at(-1);
}

const ERRORS_KEPT = 65_536;

export default async function* report(events) {
  const names = [];
  const printed = new Map();
  let held = 0;
  let broken = 0;
  let controls = true;
  const idOf = ({ name, nesting, ...data }) =>
    [fileOf(data), ...names.slice(0, nesting), name].filter(Boolean).join(' > ');
  for await (const { type, data } of events) {
    if (type === 'test:stderr') {
      printed.set(data.file, `${printed.get(data.file) ?? ''}${data.message}`.slice(-ERRORS_KEPT));
    } else if (type === 'test:start') {
      reporting = true;
      names.length = data.nesting;
      names[data.nesting] = data.name;
      if (pathOf(data.file) !== SELF && !isWhole(data)) record({ event: 'start', id: idOf(data) });
    } else if (type === 'test:pass' || type === 'test:fail') {
      const error = data.details?.error;
      if (pathOf(data.file) === SELF) {
        if (data.nesting === 0) continue;
        if (type === 'test:fail' && error?.failureType === 'testCodeFailure') held++;
        else controls = false;
        continue;
      }
      if (isWhole(data)) {
        broken++;
        tellWhole(type, data, printed.get(data.file) ?? '');
        continue;
      }
      // A parent tells nothing that its children have not told.
      const container = data.details?.type === 'suite' || error?.failureType === 'subtestsFailed';
      if (container && (type === 'test:pass' || error?.failureType === 'subtestsFailed')) continue;
      const skipped = (data.skip ?? false) !== false || (data.todo ?? false) !== false;
      // A suite fails by itself where what prepares its tests does.
      const failure = data.details?.type === 'suite' ? 'error' : 'failed';
      const status = skipped ? 'skipped' : type === 'test:pass' ? 'passed' : failure;
      record({
        event: 'case',
        id: idOf(data),
        status,
        ms: data.details?.duration_ms ?? 0,
        ...(status === failure ? { message: messageOf(error) } : {}),
        file: fileOf(data),
        line: data.line,
      });
    }
  }
  record({ event: 'control', held: controls && held >= CONTROLS.length * (files.length - broken) });
  record({ event: 'end' });
}

/** The runner tells of a file where it did not load, or where its program holds no test. */
function isWhole({ file, name, nesting }) {
  return isRunner && nesting === 0 && pathOf(file) === name && files.includes(named(name));
}

function tellWhole(type, data, printed) {
  const id = fileOf(data);
  const passed = type === 'test:pass' && !testFiles.has(id);
  const status = passed ? 'passed' : /^AssertionError\b/m.test(printed) ? 'failed' : 'error';
  const message = passed ? undefined : lastErrorIn(printed) || messageOf(data.details?.error);
  record({ event: 'case', id, status, ms: data.details?.duration_ms ?? 0, message, file: id });
}
